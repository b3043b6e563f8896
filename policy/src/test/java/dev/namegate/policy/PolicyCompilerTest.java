// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static dev.namegate.policy.Yaml.host;
import static dev.namegate.policy.Yaml.object;
import static dev.namegate.policy.Yaml.policy;
import static dev.namegate.policy.Yaml.workload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Order of evaluation, endpoints and what the compiler warns of; names are checklist rows. */
final class PolicyCompilerTest {
  private static final String ALLOW = "{action: Allow}";
  private static final String DENY = "{action: Deny}";
  private static final String PASS = "{action: Pass}";

  @Test
  @DisplayName("E1: tiers in order, with Pass and default action")
  void tiersInOrderWithPassAndDefaultAction() {
    String tiers =
        object("Tier", "last", "{order: 2000000}")
            + object("Tier", "first", "{order: 1}")
            + object("Tier", "second", "{order: 2, defaultAction: Pass}");
    String pass443 =
        policy("p1", ", tier: first", "{action: Pass, protocol: TCP, destination: {ports: [443]}}");
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload("")
                + tiers
                + pass443
                + policy(
                    "p2", ", tier: second", "{action: Deny, destination: {nets: [192.0.2.1/32]}}")
                + policy("p3", ", tier: last", ALLOW));

    assertEquals("end of tier first", tcp(verdicts, "192.0.2.9", 80));
    assertEquals(
        "tier second, GlobalNetworkPolicy p2, egress[0] Deny", tcp(verdicts, "192.0.2.1", 443));
    assertEquals(
        "tier last, GlobalNetworkPolicy p3, egress[0] Allow", tcp(verdicts, "192.0.2.9", 443));
  }

  @Test
  @DisplayName("E2: the end of a tier denies per direction")
  void endOfTierDeniesPerDirection() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload(", profiles: [projectcalico-default-allow]")
                + object(
                    "GlobalNetworkPolicy", "p", "{types: [Ingress], ingress: [{action: Deny}]}"));

    assertEquals(
        "profile projectcalico-default-allow, egress[0] Allow", tcp(verdicts, "192.0.2.1", 80));
  }

  @Test
  @DisplayName("E3: what a tier that passes does not match goes to the next")
  void tierThatPassesLeavesTheRestToTheNext() {
    Verdicts verdicts =
        Verdicts.of(
            "n", workload("") + policy("p1", ", tier: kube-admin", PASS) + policy("p2", "", ALLOW));

    assertEquals(
        "tier default, GlobalNetworkPolicy p2, egress[0] Allow", tcp(verdicts, "192.0.2.1", 80));
  }

  @Test
  @DisplayName("E4: of equal orders the smaller name comes first")
  void equalOrderGoesByName() {
    Verdicts verdicts =
        Verdicts.of(
            "n", workload("") + policy("b", ", order: 1", DENY) + policy("a", ", order: 1", ALLOW));

    assertEquals(
        "tier default, GlobalNetworkPolicy a, egress[0] Allow", tcp(verdicts, "192.0.2.1", 80));
  }

  @Test
  @DisplayName("E4: of equal orders and names the namespace and the kind decide")
  void equalOrderAndNameGoesByNamespaceThenKind() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload("")
                + object(
                    "NetworkPolicy",
                    "shop",
                    "a",
                    "{}",
                    "{order: 1, types: [Egress], egress: [{action: Deny}]}")
                + policy("a", ", order: 1", ALLOW));

    assertEquals(
        "tier default, GlobalNetworkPolicy a, egress[0] Allow", tcp(verdicts, "192.0.2.1", 80));
  }

  @Test
  @DisplayName("E5: a policy without order comes last")
  void withoutOrderComesLast() {
    Verdicts verdicts =
        Verdicts.of(
            "n", workload("") + policy("a", "", DENY) + policy("b", ", order: 1.0e+9", ALLOW));

    assertEquals(
        "tier default, GlobalNetworkPolicy b, egress[0] Allow", tcp(verdicts, "192.0.2.1", 80));
  }

  @Test
  @DisplayName("E8: types default to the directions that have rules")
  void typesDefaultToTheDirectionsThatHaveRules() {
    String profile = ", profiles: [projectcalico-default-allow]";
    Verdicts egressOnly =
        Verdicts.of(
            "n",
            workload(profile) + object("GlobalNetworkPolicy", "p", "{egress: [{action: Log}]}"));
    Verdicts empty = Verdicts.of("n", workload(profile) + object("GlobalNetworkPolicy", "p", "{}"));

    assertEquals("end of tier default", tcp(egressOnly, "192.0.2.1", 80));
    assertTrue(empty.allows("cali1", IpPacket.TCP, "192.0.2.1", 80));
  }

  @Test
  @DisplayName("E9: Log goes on with the next rule, and is told")
  void logGoesOnAndIsTold() {
    Verdicts verdicts =
        Verdicts.of("n", workload("") + policy("p", "", "{action: Log, protocol: TCP}", ALLOW));
    List<String> logged = new ArrayList<>();
    CompiledPolicy policy = verdicts.policy();

    int decision =
        policy.evaluate(
            0,
            new IpPacket()
                .flow(6, IpAddress.parse("10.65.0.2"), 1, IpAddress.parse("192.0.2.1"), 80),
            set -> false,
            log -> logged.add(policy.describe(log)));

    assertEquals("tier default, GlobalNetworkPolicy p, egress[1] Allow", policy.describe(decision));
    assertEquals(List.of("tier default, GlobalNetworkPolicy p, egress[0] Log"), logged);
  }

  @Test
  @DisplayName("E10: profiles come after tiers, and a missing one denies")
  void profilesComeAfterTiersAndAMissingOneDenies() {
    String namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n";
    String deny80 =
        object(
            "Profile",
            "p1",
            "{egress: [{action: Deny, protocol: TCP, destination: {ports: [80]}}]}");
    Verdicts verdicts =
        Verdicts.of("n", workload(", profiles: [p1, kns.shop]") + namespace + deny80);
    Verdicts missing =
        Verdicts.of("n", workload(", profiles: [absent, kns.shop]") + namespace + deny80);

    assertEquals("profile p1, egress[0] Deny", tcp(verdicts, "192.0.2.1", 80));
    assertEquals("profile kns.shop, egress[0] Allow", tcp(verdicts, "192.0.2.1", 81));
    assertEquals("profile absent does not exist", tcp(missing, "192.0.2.1", 81));
    assertTrue(
        missing.policy().warnings().get(0).message().startsWith("profile \"absent\" does not"));
  }

  @Test
  void tierThatNobodyDefinedComesLastAndIsWarnedOf() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload("")
                + object("Tier", "far", "{order: 1.0e+300, defaultAction: Pass}")
                + policy("p1", ", tier: absent", DENY)
                + policy("p2", ", tier: far", "{action: Allow, protocol: TCP}"));

    assertEquals(
        "tier far, GlobalNetworkPolicy p2, egress[0] Allow", tcp(verdicts, "192.0.2.1", 80));
    assertEquals(
        "test.yaml:11:1: GlobalNetworkPolicy(p1).spec.tier: no Tier \"absent\" is defined; its"
            + " policies come after all other tiers — add an object of kind Tier with an order",
        verdicts.policy().warnings().get(0).toString());
  }

  @Test
  @DisplayName("H1: by name, by address, then *; the smallest name wins")
  void specificHostEndpointBeforeTheOneForAllAndTheSmallestNameWins() {
    CompiledPolicy policy =
        Verdicts.of(
                "n",
                object("HostEndpoint", "b", "{node: n, interfaceName: eth0}")
                    + object("HostEndpoint", "a", "{node: n, interfaceName: eth0}")
                    + object("HostEndpoint", "z", "{node: n, interfaceName: '*'}")
                    + object("HostEndpoint", "y", "{node: n, interfaceName: '*'}")
                    + object("HostEndpoint", "aa", "{node: n, expectedIPs: [192.0.2.7]}")
                    + object("HostEndpoint", "other", "{node: m, interfaceName: eth5}"))
            .policy();
    List<IpAddress> address = List.of(IpAddress.parse("192.0.2.7"));

    assertEquals("a", name(policy, policy.hostEndpoint("eth0")));
    assertEquals("a", name(policy, policy.hostEndpoint("eth0", address)));
    assertEquals("aa", name(policy, policy.hostEndpoint("eth1", address)));
    assertEquals("y", name(policy, policy.hostEndpoint("eth1")));
    assertEquals("y", name(policy, policy.hostEndpoint("eth5")));
    assertEquals(CompiledPolicy.NO_ENDPOINT, policy.workloadEndpoint("eth0"));
    assertEquals(
        List.of(
            "HostEndpoint(b): is not used: HostEndpoint(a) is for the same interface and has the"
                + " smaller name",
            "HostEndpoint(z): is not used: HostEndpoint(y) is for the same interface and has the"
                + " smaller name"),
        policy.warnings().stream().map(w -> w.path() + ": " + w.message()).toList());
  }

  @Test
  @DisplayName("H2: a host endpoint denies by default what it opens, and allows what it forwards")
  void hostEndpointDeniesByDefaultWhatItOpensAndAllowsWhatItForwards() {
    Verdicts verdicts = Verdicts.of("n", host(""));

    assertEquals("no policy or profile allows", verdicts.of("eth0", IpPacket.TCP, "192.0.2.1", 80));
    assertEquals("no policy denies forwarding", forward(verdicts));
    assertFalse(verdicts.policy().endpoints().get(0).governed());
  }

  @Test
  @DisplayName("H3: projectcalico-default-allow allows without a policy")
  void defaultAllowProfileAllows() {
    Verdicts verdicts = Verdicts.of("n", host(", profiles: [projectcalico-default-allow]"));

    assertTrue(verdicts.allows("eth0", IpPacket.TCP, "192.0.2.1", 80));
  }

  @Test
  @DisplayName("H6: applyOnForward alone governs what is forwarded")
  void forwardedTrafficIsGovernedByApplyOnForwardOnly() {
    Verdicts without = Verdicts.of("n", host("") + policy("p", "", DENY));
    Verdicts with = Verdicts.of("n", host("") + policy("p", ", applyOnForward: true", DENY));

    assertEquals("no policy denies forwarding", forward(without));
    assertEquals("tier default, GlobalNetworkPolicy p, egress[0] Deny", forward(with));
    assertTrue(with.policy().endpoints().get(0).governedForward());
    assertEquals(
        "tier default, GlobalNetworkPolicy p, egress[0] Deny",
        with.of("eth0", IpPacket.TCP, "192.0.2.1", 80));
  }

  @Test
  void untrackedAndPreDnatPoliciesDecideNothing() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            host(", profiles: [projectcalico-default-allow]")
                + policy("p", ", applyOnForward: true, doNotTrack: true", DENY));

    assertTrue(verdicts.allows("eth0", IpPacket.TCP, "192.0.2.1", 80));
  }

  @Test
  void endpointsOfOtherNodesAreNotOurs() {
    CompiledPolicy policy = Verdicts.of("m", workload("") + host("")).policy();

    assertEquals(List.of(), policy.endpoints());
    assertEquals(
        "resources: no endpoint of node \"m\": nothing is enforced — the endpoints that there are"
            + " name the nodes n",
        policy.warnings().get(0).toString());
  }

  @Test
  void workloadWithoutAddressIsNoEndpoint() {
    CompiledPolicy policy =
        Verdicts.of(
                "n",
                object("WorkloadEndpoint", "shop", "w", "{}", "{node: n, interfaceName: cali1}"))
            .policy();

    assertEquals(CompiledPolicy.NO_ENDPOINT, policy.workloadEndpoint("cali1"));
  }

  @Test
  void endpointSaysWhatAppliesToIt() {
    String domains = "{action: Allow, destination: {domains: [a.test]}}";
    CompiledPolicy policy =
        Verdicts.of(
                "n", workload("") + host("") + policy("p", ", selector: role == 'web'", domains))
            .policy();
    Endpoint workload = policy.endpoints().get(policy.workloadEndpoint("cali1"));

    assertEquals(Endpoint.Kind.WORKLOAD, workload.kind());
    assertEquals("shop", workload.namespace());
    assertEquals(
        List.of(IpAddress.parse("10.65.0.2"), IpAddress.parse("fd65::2")), workload.addresses());
    assertTrue(workload.governed());
    assertTrue(workload.usesDomains());
    assertEquals(1, policy.domainSetCount());
  }

  @Test
  void identicalSetsOfDomainsAreOne() {
    CompiledPolicy policy =
        Verdicts.of(
                "n",
                workload("")
                    + policy(
                        "p",
                        "",
                        "{action: Allow, destination: {domains: [a.test, B.test]}}",
                        "{action: Allow, destination: {domains: [b.test., a.test, A.test]}}",
                        "{action: Allow, destination: {domains: [a.test]}}"))
            .policy();

    assertEquals(2, policy.domainSetCount());
  }

  @Test
  void excludedPortThatNoEndpointNamesIsWarnedOf() {
    CompiledPolicy policy =
        Verdicts.of(
                "n",
                workload("")
                    + policy(
                        "p", "", "{action: Allow, protocol: TCP, destination: {notPorts: [ssh]}}"))
            .policy();

    assertEquals(
        "no endpoint has a port named \"ssh\", so nothing is excluded by it",
        policy.warnings().get(0).message());
  }

  private static String tcp(Verdicts verdicts, String address, int port) {
    return verdicts.of("cali1", IpPacket.TCP, address, port);
  }

  private static String forward(Verdicts verdicts) {
    return verdicts
        .policy()
        .describe(
            verdicts
                .policy()
                .evaluateForward(
                    verdicts.endpoint("eth0"),
                    new IpPacket()
                        .flow(6, IpAddress.parse("10.65.0.2"), 1, IpAddress.parse("192.0.2.1"), 80),
                    set -> true,
                    RuleLog.NONE));
  }

  private static String name(CompiledPolicy policy, int endpoint) {
    return policy.endpoints().get(endpoint).name();
  }
}
