// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.nfq.rules.AcceptSet;
import dev.namegate.nfq.rules.HostEndpointRule;
import dev.namegate.nfq.rules.IpFamily;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A ruleset as the writer of the sets needs it: which sets hold the entries of which endpoint.
 *
 * <p><b>Threading:</b> confined to the writer.
 */
final class PolicyView {
  private static final int[] NO_SETS = {};

  /** No interface has this name, so that it asks for the endpoint of those without their own. */
  private static final String ANY_OTHER_INTERFACE = "/";

  private final Ruleset ruleset;
  private final int[][] setsV4;
  private final int[][] setsV6;
  private final int[] hostEndpoints;
  private final boolean[] isWorkload;
  private final IpAddress[][] sourcesV4;
  private final IpAddress[][] sourcesV6;
  private final List<Endpoint> endpoints;

  /** What a view is made with. */
  interface Sets {
    /** The handle of a set. */
    int handle(AcceptSet set);
  }

  /**
   * @param rules that refer to the sets
   * @param interfaceAddresses the addresses of the interface of a name
   */
  PolicyView(
      Ruleset ruleset,
      RulesConfig rules,
      Sets sets,
      Function<String, List<IpAddress>> interfaceAddresses) {
    CompiledPolicy policy = ruleset.policy();
    this.ruleset = ruleset;
    this.endpoints = policy.endpoints();
    int count = policy.endpoints().size();
    setsV4 = new int[count][];
    setsV6 = new int[count][];
    isWorkload = new boolean[count];
    sourcesV4 = new IpAddress[count][];
    sourcesV6 = new IpAddress[count][];
    Arrays.fill(setsV4, NO_SETS);
    Arrays.fill(setsV6, NO_SETS);
    for (Endpoint endpoint : policy.endpoints()) {
      isWorkload[endpoint.id()] = endpoint.kind() == Endpoint.Kind.WORKLOAD;
      sourcesV4[endpoint.id()] = addresses(endpoint, true);
      sourcesV6[endpoint.id()] = addresses(endpoint, false);
    }
    addWorkloads(policy, rules, sets);
    addHosts(policy, rules, sets, interfaceAddresses);
    hostEndpoints =
        policy.endpoints().stream()
            .filter(endpoint -> endpoint.kind() == Endpoint.Kind.HOST && endpoint.usesDomains())
            .mapToInt(Endpoint::id)
            .filter(id -> setsV4[id].length > 0 || setsV6[id].length > 0)
            .toArray();
  }

  private static IpAddress[] addresses(Endpoint endpoint, boolean ipv4) {
    return endpoint.addresses().stream()
        .filter(address -> address.isIpv4() == ipv4)
        .toArray(IpAddress[]::new);
  }

  private void addWorkloads(CompiledPolicy policy, RulesConfig rules, Sets sets) {
    if (rules.interfacePrefixes().isEmpty()) {
      return;
    }
    int[] v4 = {sets.handle(AcceptSet.ofWorkloads(IpFamily.V4))};
    int[] v6 = rules.ipv6() ? new int[] {sets.handle(AcceptSet.ofWorkloads(IpFamily.V6))} : NO_SETS;
    for (Endpoint endpoint : policy.endpoints()) {
      if (endpoint.kind() == Endpoint.Kind.WORKLOAD) {
        setsV4[endpoint.id()] = v4;
        setsV6[endpoint.id()] = v6;
      }
    }
  }

  private void addHosts(
      CompiledPolicy policy,
      RulesConfig rules,
      Sets sets,
      Function<String, List<IpAddress>> interfaceAddresses) {
    for (HostEndpointRule rule : rules.hostEndpoints()) {
      int id =
          rule.coversAllInterfaces()
              ? policy.hostEndpoint(ANY_OTHER_INTERFACE)
              : policy.hostEndpoint(
                  rule.interfaceName(), interfaceAddresses.apply(rule.interfaceName()));
      if (id >= 0) {
        setsV4[id] = with(setsV4[id], sets.handle(AcceptSet.of(rule, IpFamily.V4)));
        if (rules.ipv6()) {
          setsV6[id] = with(setsV6[id], sets.handle(AcceptSet.of(rule, IpFamily.V6)));
        }
      }
    }
  }

  private static int[] with(int[] some, int more) {
    int[] all = Arrays.copyOf(some, some.length + 1);
    all[some.length] = more;
    return all;
  }

  Ruleset ruleset() {
    return ruleset;
  }

  /** The sets that hold what this endpoint may send to an address of this family. */
  int[] sets(int endpoint, boolean ipv4) {
    return (ipv4 ? setsV4 : setsV6)[endpoint];
  }

  boolean isWorkload(int endpoint) {
    return isWorkload[endpoint];
  }

  /** Whether learnt names matter to this endpoint. */
  boolean usesDomains(int endpoint) {
    return endpoints.get(endpoint).usesDomains();
  }

  /** The addresses of this family that flows of this workload may come from. */
  IpAddress[] sources(int endpoint, boolean ipv4) {
    return (ipv4 ? sourcesV4 : sourcesV6)[endpoint];
  }

  /** The host endpoints with a set for which learnt names matter. */
  int[] hostEndpoints() {
    return hostEndpoints;
  }
}
