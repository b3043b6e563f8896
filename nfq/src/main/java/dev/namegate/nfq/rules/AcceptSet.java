// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * A set of the kernel whose entries name flows that policy allows now: a packet that it holds is
 * not queued.
 *
 * <pre>
 *   workloads           hash:ip,port,ip   destination, its port, source
 *   a host endpoint     hash:ip,port      destination, its port
 * </pre>
 *
 * @param name the kernel's name for it
 * @param withSource whether an entry names the sender too
 */
public record AcceptSet(String name, IpFamily family, boolean withSource) {

  /** The set of what all workloads may send, their own source checked before. */
  public static AcceptSet ofWorkloads(IpFamily family) {
    return new AcceptSet(RuleNames.workloadAcceptSet(family), family, true);
  }

  /** The set of what may leave through this host endpoint. */
  public static AcceptSet of(HostEndpointRule endpoint, IpFamily family) {
    return new AcceptSet(RuleNames.hostAcceptSet(family, endpoint), family, false);
  }

  /** The sets that the rules of this configuration refer to. */
  public static List<AcceptSet> of(RulesConfig config) {
    List<AcceptSet> sets = new ArrayList<>();
    for (IpFamily family : IpFamily.ALL) {
      if (!config.acceptSets() || (family == IpFamily.V6 && !config.ipv6())) {
        continue;
      }
      if (!config.interfacePrefixes().isEmpty()) {
        sets.add(ofWorkloads(family));
      }
      config.hostEndpoints().forEach(endpoint -> sets.add(of(endpoint, family)));
    }
    return sets;
  }

  /** The kernel's word for what its entries are made of. */
  String type() {
    return withSource ? RuleNames.WORKLOAD_ACCEPT_TYPE : RuleNames.HOST_ACCEPT_TYPE;
  }

  /** What a rule says of the packet's addresses and ports to look them up. */
  String directions() {
    return withSource ? "dst,dst,src" : "dst,dst";
  }

  /** Where the next content is built before the two are swapped. */
  String nextName() {
    return name + RuleNames.NEXT_ACCEPT_SET;
  }
}
