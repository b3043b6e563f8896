// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static dev.namegate.policy.Yaml.host;
import static dev.namegate.policy.Yaml.object;
import static dev.namegate.policy.Yaml.policy;
import static dev.namegate.policy.Yaml.workload;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Explanation.Comparison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an explanation says, line by line. */
final class ExplainTest {
  private static final String OTHERS =
      object("GlobalNetworkSet", "", "partners", "{kind: partner}", "{nets: [203.0.113.0/24]}")
          + object(
              "GlobalNetworkSet",
              "",
              "updates",
              "{kind: update}",
              "{allowedEgressDomains: ['*.updates.test']}")
          + object(
              "WorkloadEndpoint",
              "shop",
              "dns",
              "{role: dns}",
              "{node: m, interfaceName: cali9, ipNetworks: [10.65.0.9/32],"
                  + " ports: [{name: dns, protocol: UDP, port: 5353}]}");

  private static List<String> lines(Explanation explanation) {
    List<String> lines = new ArrayList<>();
    for (Explanation.Step step : explanation.steps()) {
      lines.add(step.kind() + " " + step.name() + ": " + step.outcome());
      step.comparisons().forEach(comparison -> lines.add(line(comparison)));
    }
    return lines;
  }

  private static String line(Comparison c) {
    return (c.matched() ? "+ " : "- ")
        + c.criterion()
        + " "
        + c.wanted()
        + " | "
        + c.actual()
        + (c.via().isEmpty() ? "" : " | " + c.via());
  }

  private static Explanation explain(
      String yaml, boolean forwarded, int protocol, String address, int port, String... names) {
    CompiledPolicy policy = Verdicts.of("n", yaml).policy();
    IpPacket packet =
        new IpPacket()
            .flow(protocol, IpAddress.parse("10.65.0.2"), 40000, IpAddress.parse(address), port);
    return policy.explain(
        0, forwarded, packet, any -> Arrays.stream(names).map(DomainName::parse).toList());
  }

  private static List<String> compared(
      String rule, int protocol, String address, int port, String... names) {
    return lines(
            explain(
                workload("") + OTHERS + policy("p", "", rule),
                false,
                protocol,
                address,
                port,
                names))
        .stream()
        .filter(line -> line.startsWith("+") || line.startsWith("-"))
        .toList();
  }

  @Test
  void tellsTheWayThroughTiersPoliciesAndRules() {
    String yaml =
        workload(", profiles: [projectcalico-default-allow]")
            + object("Tier", "first", "{order: 1}")
            + policy(
                "a",
                ", tier: first",
                "{action: Log}",
                "{action: Pass, protocol: TCP}",
                "{action: Deny}")
            + policy("b", ", tier: first, order: 2", "{action: Deny, protocol: UDP}")
            + policy("c", ", tier: kube-baseline", "{action: Deny, protocol: UDP}");

    Explanation explanation = explain(yaml, false, 6, "192.0.2.1", 80);

    assertEquals(
        List.of(
            "TIER first: applies",
            "POLICY GlobalNetworkPolicy b: applies",
            "RULE egress[0]: no match",
            "- protocol UDP | TCP",
            "POLICY GlobalNetworkPolicy a: applies",
            "RULE egress[0]: Log",
            "RULE egress[1]: Pass",
            "+ protocol TCP | TCP",
            "TIER kube-admin: no policy is for this endpoint",
            "TIER default: no policy is for this endpoint",
            "TIER kube-baseline: applies",
            "POLICY GlobalNetworkPolicy c: applies",
            "RULE egress[0]: no match",
            "- protocol UDP | TCP",
            "END_OF_TIER end of tier kube-baseline: Pass",
            "PROFILE projectcalico-default-allow: applies",
            "RULE egress[0]: Allow"),
        lines(explanation));
    assertEquals("profile projectcalico-default-allow, egress[0] Allow", explanation.decidedBy());
  }

  @Test
  void tellsTheEndOfATier() {
    List<String> lines =
        lines(
            explain(
                workload("") + policy("p", "", "{action: Allow, protocol: UDP}"),
                false,
                6,
                "192.0.2.1",
                80));

    assertEquals("END_OF_TIER end of tier default: Deny", lines.get(lines.size() - 1));
  }

  @Test
  void tellsTheDefaultOfWhatIsForwarded() {
    List<String> lines =
        lines(explain(host("") + policy("p", "", "{action: Deny}"), true, 6, "192.0.2.1", 80));

    assertEquals("DEFAULT no policy denies forwarding: Allow", lines.get(lines.size() - 1));
  }

  @Test
  void tellsWhichNameMatchedWhichPattern() {
    assertEquals(
        List.of(
            "+ protocol TCP | TCP",
            "+ destination.ports 443, 8000:8010 | 8003 | 8000:8010",
            "+ destination.domains *.a.test, b.test | c.test, www.a.test | www.a.test matches *.a.test"),
        compared(
            "{action: Allow, protocol: TCP, destination: {ports: [443, '8000:8010'],"
                + " domains: ['*.a.test', b.test]}}",
            6,
            "192.0.2.1",
            8003,
            "c.test",
            "www.a.test"));
    assertEquals(
        List.of("- destination.domains b.test | no name learnt"),
        compared("{action: Allow, destination: {domains: [b.test]}}", 6, "192.0.2.1", 80));
  }

  @Test
  void tellsWhichMemberASelectorPicked() {
    assertEquals(
        List.of(
            "+ destination.selector kind == \"partner\" | 203.0.113.7"
                + " | 203.0.113.0/24 of GlobalNetworkSet(partners)"),
        compared(
            "{action: Allow, destination: {selector: kind == 'partner'}}", 6, "203.0.113.7", 80));
    assertEquals(
        List.of(
            "+ destination.selector kind == \"update\" | 192.0.2.1, eu.updates.test"
                + " | eu.updates.test matches *.updates.test of GlobalNetworkSet(updates)"),
        compared(
            "{action: Allow, destination: {selector: kind == 'update'}}",
            6,
            "192.0.2.1",
            80,
            "eu.updates.test"));
    assertEquals(
        List.of(
            "- destination.notSelector kind == \"partner\" | 203.0.113.7"
                + " | 203.0.113.0/24 of GlobalNetworkSet(partners)"),
        compared(
            "{action: Deny, destination: {notSelector: kind == 'partner'}}", 6, "203.0.113.7", 80));
  }

  @Test
  void tellsNetsNamespacesAndNamesOfPorts() {
    assertEquals(
        List.of(
            "+ ipVersion 4 | 4 | the family of the rule's nets",
            "+ source.nets 10.65.0.0/16 | 10.65.0.2 | 10.65.0.0/16",
            "- destination.notNets 192.0.2.0/24 | 192.0.2.1 | 192.0.2.0/24"),
        compared(
            "{action: Allow, source: {nets: [10.65.0.0/16]},"
                + " destination: {notNets: [192.0.2.0/24]}}",
            6,
            "192.0.2.1",
            80));
    assertEquals(
        List.of(
            "+ destination.ports 53, dns | 5353 | port dns of WorkloadEndpoint(shop/dns)",
            "+ destination.namespaceSelector+selector"
                + " (has(projectcalico.org/namespace) && role == \"dns\") | 10.65.0.9"
                + " | 10.65.0.9/32 of WorkloadEndpoint(shop/dns)"),
        compared(
                "{action: Allow, protocol: UDP, destination: {ports: [53, dns],"
                    + " namespaceSelector: all(), selector: role == 'dns'}}",
                17,
                "10.65.0.9",
                5353)
            .subList(1, 3));
  }

  @Test
  void rulesBehindTheDecidingOneAreNotTold() {
    List<String> lines =
        lines(
            explain(
                workload("") + policy("p", "", "{action: Allow}", "{action: Deny}"),
                false,
                6,
                "192.0.2.1",
                80));

    assertEquals("RULE egress[0]: Allow", lines.get(lines.size() - 1));
  }
}
