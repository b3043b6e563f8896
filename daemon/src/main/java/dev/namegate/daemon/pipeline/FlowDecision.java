// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.QueuedPacket;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.DomainMembership;
import dev.namegate.policy.RuleLog;

/**
 * Which endpoints' policies judge a queued packet, and what they say.
 *
 * <p>A packet that arrives from a workload's interface is judged by that workload's policy, whether
 * it is forwarded or meant for this host; one that a local process sends, by the host endpoint of
 * the interface it leaves through. What is forwarded out of a host endpoint has to be allowed by
 * its policies for forwarded traffic as well; an interface without one forwards what it will. A
 * workload's interface without endpoint allows nothing, and neither does one of the host's that the
 * rules send us from (<i>fail-closed</i>).
 *
 * <p><b>Threading:</b> confined to one thread, and so is its {@link EndpointTable}.
 */
@HotPath
final class FlowDecision {
  /** include/uapi/linux/netfilter.h: enum nf_inet_hooks. */
  private static final int NF_INET_FORWARD = 2;

  private static final int NF_INET_LOCAL_OUT = 3;

  /** An address that has been learnt for every name there is. */
  private static final DomainMembership EVERY_NAME =
      new DomainMembership() {
        @Override
        public boolean isMember(int domainSet) {
          return true;
        }

        @Override
        public int nextMember(int from, int end) {
          return from < end ? from : -1;
        }
      };

  private final EndpointTable endpoints;
  private int endpoint;
  private int forward;

  FlowDecision(EndpointTable endpoints) {
    this.endpoints = endpoints;
  }

  /** Finds who judges this packet; false if it comes or goes where no endpoint is. */
  boolean locate(Ruleset ruleset, QueuedPacket header) {
    boolean local = header.hook() == NF_INET_LOCAL_OUT;
    boolean forwarded = header.hook() == NF_INET_FORWARD;
    endpoint =
        local
            ? endpoints.host(ruleset, header.outInterface())
            : endpoints.workload(ruleset, header.inInterface());
    forward =
        forwarded ? endpoints.forward(ruleset, header.outInterface()) : CompiledPolicy.NO_ENDPOINT;
    return endpoint >= 0 || (forwarded && endpoint == EndpointTable.NOT_A_WORKLOAD);
  }

  /** The endpoint that was located, or a negative number if only forwarding is judged. */
  int endpoint() {
    return endpoint;
  }

  /** The endpoint that judges forwarding, or a negative number. */
  int forward() {
    return forward;
  }

  /** Whether those that were located allow the packet, without a word to Log rules. */
  boolean allows(Ruleset ruleset, IpPacket packet, DomainMembership learnt) {
    CompiledPolicy policy = ruleset.policy();
    return (endpoint < 0 || policy.isAllow(policy.evaluate(endpoint, packet, learnt, RuleLog.NONE)))
        && (forward < 0
            || policy.isAllow(policy.evaluateForward(forward, packet, learnt, RuleLog.NONE)));
  }

  /** Whether they could allow it, whatever is yet to be learnt of its destination. */
  boolean couldAllow(Ruleset ruleset, IpPacket packet) {
    return ruleset.holdsDenied() && allows(ruleset, packet, EVERY_NAME);
  }
}
