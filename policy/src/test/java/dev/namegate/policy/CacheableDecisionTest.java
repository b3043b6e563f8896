// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which decisions stand for all packets with their key, for how long, and which are foreseen. */
final class CacheableDecisionTest {
  private static final String ENDPOINTS =
      """
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata: {name: eth0, labels: {app: web}}
      spec: {node: n, interfaceName: eth0}
      ---
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec:
        node: n
        orchestrator: k8s
        workload: web
        endpoint: eth0
        interfaceName: cali1
        ipNetworks: [10.65.0.2/32, 10.65.0.9/32, fe80::2/128]
        profiles: []
      ---
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata: {name: twin, namespace: shop, labels: {app: other}}
      spec:
        node: n
        orchestrator: k8s
        workload: twin
        endpoint: eth0
        interfaceName: cali2
        ipNetworks: [10.65.0.9/32]
        profiles: []
      ---
      """;

  private static CompiledPolicy policy(String... rules) {
    return Verdicts.of(
            "n",
            ENDPOINTS
                + """
                apiVersion: projectcalico.org/v3
                kind: GlobalNetworkPolicy
                metadata: {name: web}
                spec:
                  selector: app == "web"
                  types: [Egress]
                  egress:
                """
                + Arrays.stream(rules)
                    .map(rule -> "    - " + rule + "\n")
                    .collect(Collectors.joining()))
        .policy();
  }

  private static boolean isCacheable(
      CompiledPolicy policy, String interfaceName, String source, String destination) {
    int workload = policy.workloadEndpoint(interfaceName);
    int id = workload >= 0 ? workload : policy.hostEndpoint(interfaceName);
    IpPacket packet = tcp(source, destination);
    int decision = policy.evaluate(id, packet, set -> true);
    assertTrue(policy.isAllow(decision));
    return policy.isCacheable(id, decision, packet);
  }

  private static IpPacket tcp(String source, String destination) {
    return new IpPacket()
        .flow(IpPacket.TCP, IpAddress.parse(source), 40_000, IpAddress.parse(destination), 443);
  }

  private static boolean isCacheable(CompiledPolicy policy) {
    return isCacheable(policy, "cali1", "10.65.0.2", "192.0.2.1");
  }

  private static final String ALLOW =
      "{action: Allow, protocol: TCP, destination: {domains: [a.example], ports: [443]}}";

  @Test
  void decisionsByProtocolPortAndNameAreCacheable() {
    assertTrue(isCacheable(policy(ALLOW)));
    assertTrue(isCacheable(policy(ALLOW), "eth0", "192.0.2.9", "192.0.2.1"));
  }

  @Test
  void logRulesThatCouldMatchKeepFlowsInTheQueue() {
    assertFalse(isCacheable(policy("{action: Log, protocol: TCP}", ALLOW)));
    assertTrue(isCacheable(policy("{action: Log, protocol: UDP}", ALLOW)));
    assertTrue(isCacheable(policy("{action: Log, destination: {nets: [198.51.100.0/24]}}", ALLOW)));
    assertTrue(isCacheable(policy(ALLOW, "{action: Log}")));
  }

  @Test
  void sourcePortsThatCouldMatterKeepFlowsInTheQueue() {
    assertFalse(isCacheable(policy("{action: Deny, protocol: TCP, source: {ports: [1]}}", ALLOW)));
    assertFalse(
        isCacheable(policy("{action: Allow, protocol: TCP, source: {notPorts: [1]}}", ALLOW)));
  }

  @Test
  void sourceNetsMatterWhereTheKeyHasNoSource() {
    CompiledPolicy policy = policy("{action: Deny, source: {nets: [10.0.0.9/32]}}", ALLOW);

    assertTrue(isCacheable(policy));
    assertFalse(isCacheable(policy, "eth0", "192.0.2.9", "192.0.2.1"));
  }

  @Test
  void addressesThatAreNotOnesOwnAloneAreNotCacheable() {
    CompiledPolicy policy = policy("{action: Allow}");

    assertTrue(isCacheable(policy, "cali1", "10.65.0.2", "192.0.2.1"));
    for (String source : new String[] {"10.65.0.9", "10.65.0.3", "0.0.0.0", "127.0.0.1"}) {
      assertFalse(isCacheable(policy, "cali1", source, "192.0.2.1"), source);
    }
    assertFalse(isCacheable(policy, "cali1", "fe80::2", "2001:db8::1"));
  }

  @Test
  void destinationsWithoutAPlaceAreNotCacheable() {
    CompiledPolicy policy = policy("{action: Allow}");

    for (String destination : new String[] {"0.0.0.0", "127.0.0.53", "169.254.1.1"}) {
      assertFalse(isCacheable(policy, "eth0", "192.0.2.9", destination), destination);
    }
    for (String destination : new String[] {"::", "::1", "fe80::1", "febf::1"}) {
      assertFalse(isCacheable(policy, "eth0", "2001:db8::9", destination), destination);
    }
    assertTrue(isCacheable(policy, "eth0", "2001:db8::9", "2001:db8::1"));
  }

  @Test
  void protocolsWithoutPortsAreNotCacheable() {
    CompiledPolicy policy = policy("{action: Allow}");
    IpPacket ping =
        new IpPacket()
            .flow(IpPacket.ICMP, IpAddress.parse("10.65.0.2"), -1, IpAddress.parse("192.0.2.1"), -1)
            .icmp(8, 0);
    int id = policy.workloadEndpoint("cali1");

    assertFalse(policy.isCacheable(id, policy.evaluate(id, ping, set -> true), ping));
  }

  @Test
  void stagedPoliciesKeepFlowsInTheQueue() {
    String staged =
        """
        apiVersion: projectcalico.org/v3
        kind: StagedGlobalNetworkPolicy
        metadata: {name: trial}
        spec: {selector: app == "web", types: [Egress], egress: [{action: Deny}]}
        ---
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: web}
        spec: {selector: app == "web", types: [Egress], egress: [{action: Allow}]}
        """;

    assertFalse(isCacheable(Verdicts.of("n", ENDPOINTS + staged).policy()));
  }

  @Test
  void lifetimeIsThatOfTheDecidingDomainSet() {
    CompiledPolicy policy = policy(ALLOW, "{action: Allow}");
    IpPacket packet = tcp("10.65.0.2", "192.0.2.1");
    int id = policy.workloadEndpoint("cali1");

    assertEquals(5_000, lifetimeNs(policy, id, packet, 5_000));
    assertEquals(CompiledPolicy.NO_EXPIRY, lifetimeNs(policy, id, packet, 0));
  }

  private static long lifetimeNs(
      CompiledPolicy policy, int endpoint, IpPacket packet, long remainingNs) {
    DomainLifetimes learnt =
        new DomainLifetimes() {
          @Override
          public boolean isMember(int domainSet) {
            return remainingNs > 0;
          }

          @Override
          public long remainingNs(int domainSet) {
            return remainingNs;
          }
        };
    int decision = policy.evaluate(endpoint, packet, learnt);
    return policy.lifetimeNs(endpoint, decision, packet, learnt);
  }

  @Test
  void candidatePortsAreThoseThatRulesNameOneByOne() {
    CompiledPolicy policy =
        policy(
            "{action: Allow, protocol: UDP, destination: {domains: [a.example], ports: [53,"
                + " '1000:2000']}}",
            ALLOW,
            "{action: Allow, protocol: TCP, destination: {ports: [22]}}");

    assertEquals("udp/53 tcp/443", candidates(policy, "a.example"));
    assertEquals("", candidates(policy, "b.example"));
  }

  @Test
  void rulesWithoutPortsStandForTheWeb() {
    assertEquals(
        "tcp/443 tcp/80 udp/443",
        candidates(policy("{action: Allow, destination: {domains: [a.example]}}"), "a.example"));
    assertEquals(
        "tcp/443 tcp/80",
        candidates(
            policy("{action: Allow, protocol: TCP, destination: {domains: [a.example]}}"),
            "a.example"));
  }

  private static String candidates(CompiledPolicy policy, String name) {
    int[] sets = policy.domainSets(DomainName.parse(name));
    int[] keys = new int[CompiledPolicy.MAX_CANDIDATE_PORTS];
    int count =
        policy.candidatePorts(
            policy.workloadEndpoint("cali1"),
            set -> Arrays.stream(sets).anyMatch(each -> each == set),
            keys);
    return Arrays.stream(keys, 0, count)
        .mapToObj(key -> (key >>> 16 == 6 ? "tcp/" : "udp/") + (key & 0xffff))
        .collect(Collectors.joining(" "));
  }
}
