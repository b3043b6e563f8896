// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.EventHandler;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.RuleLog;
import java.util.function.Supplier;

/** Second stage of the flows: find the endpoint, ask its compiled policy. */
@HotPath
final class DecideHandler implements EventHandler<FlowEvent> {
  private static final int SYN = 0x02;

  private final Supplier<Ruleset> rulesets;
  private final FlowDecision decision;
  private final long midstreamUntilNs;
  private final Counters.Writer counters;
  private final RuleLogger log;
  private final AllowedFlows allowedFlows;
  private final DestinationMembership destination = new DestinationMembership();

  /**
   * @param rulesets the ruleset in force
   * @param endpoints which endpoint an interface is; confined to this stage
   * @param midstreamUntilNs until when a TCP segment that is not the first of its connection is
   *     accepted: connections that conntrack did not see from their start look new once
   * @param log is told of the Log rules that a flow matched
   * @param allowedFlows is told of flows that one endpoint's policy allowed
   */
  DecideHandler(
      Supplier<Ruleset> rulesets,
      EndpointTable endpoints,
      long midstreamUntilNs,
      Counters.Writer counters,
      RuleLogger log,
      AllowedFlows allowedFlows) {
    this.rulesets = rulesets;
    this.decision = new FlowDecision(endpoints);
    this.midstreamUntilNs = midstreamUntilNs;
    this.counters = counters;
    this.log = log;
    this.allowedFlows = allowedFlows;
  }

  @Override
  public void onEvent(FlowEvent event, long sequence, boolean endOfBatch) {
    if (!event.isSound()) {
      return;
    }
    Ruleset ruleset = rulesets.get();
    if (!decision.locate(ruleset, event.header())) {
      counters.increment(Counter.FLOWS_UNKNOWN_ENDPOINT);
      return;
    }
    if (isMidstream(event)) {
      counters.increment(Counter.FLOWS_MIDSTREAM_ACCEPTED);
      event.allow();
      return;
    }
    int endpoint = decision.endpoint();
    destination.of(ruleset, endpoint, event.packet(), event.receivedNs());
    int forward = decision.forward();
    if ((endpoint < 0 || allows(ruleset, endpoint, isFree(ruleset, forward), event))
        && (forward < 0 || allowsForward(ruleset, forward, event))) {
      event.allow();
      counters.increment(Counter.FLOWS_ALLOWED);
    } else if (decision.couldAllow(ruleset, event.packet())) {
      event.hold();
      counters.increment(Counter.FLOWS_HELD);
    } else {
      counters.increment(Counter.FLOWS_DENIED);
    }
  }

  /** Whether forwarding out of this endpoint, or of none, is up to no policy. */
  private static boolean isFree(Ruleset ruleset, int forward) {
    return forward < 0 || !ruleset.policy().endpoints().get(forward).governedForward();
  }

  /**
   * @param alone whether no other policy has a say about the packet
   */
  private boolean allows(Ruleset ruleset, int endpoint, boolean alone, FlowEvent event) {
    CompiledPolicy policy = ruleset.policy();
    RuleLog seen = log.about(policy, endpoint, event.packet());
    int decision = policy.evaluate(endpoint, event.packet(), destination, seen);
    boolean allowed = policy.isAllow(decision);
    if (policy.hasStaged(endpoint)) {
      countPending(
          allowed, policy.isAllow(policy.evaluatePending(endpoint, event.packet(), destination)));
    }
    if (allowed && alone) {
      allowedFlows.allowed(ruleset, endpoint, decision, event.packet(), event.receivedNs());
    }
    return allowed;
  }

  private boolean allowsForward(Ruleset ruleset, int endpoint, FlowEvent event) {
    CompiledPolicy policy = ruleset.policy();
    RuleLog seen = log.about(policy, endpoint, event.packet());
    boolean allowed =
        policy.isAllow(policy.evaluateForward(endpoint, event.packet(), destination, seen));
    if (policy.hasStaged(endpoint)) {
      countPending(
          allowed,
          policy.isAllow(policy.evaluatePendingForward(endpoint, event.packet(), destination)));
    }
    return allowed;
  }

  private void countPending(boolean allowed, boolean pending) {
    if (allowed != pending) {
      counters.increment(pending ? Counter.FLOWS_PENDING_ALLOWED : Counter.FLOWS_PENDING_DENIED);
    }
  }

  private boolean isMidstream(FlowEvent event) {
    return event.packet().protocol() == IpPacket.TCP
        && (event.packet().tcpFlags() & SYN) == 0
        && event.receivedNs() - midstreamUntilNs < 0;
  }
}
