// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpPacket;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rows of the checklist that ask for an error or a warning. */
final class ValidationRowsTest {
  private static final String OUT_OF_PLACE =
      ".domains: is allowed only in the destination of an egress Allow rule";

  @Test
  @DisplayName("M7: two wildcards are refused, and the error names the field")
  void twoWildcards() {
    assertRefused(
        egress("{action: Allow, destination: {domains: ['*.*.my.test']}}"),
        "GlobalNetworkPolicy(p).spec.egress[0].destination.domains[0]: \"*.*.my.test\" has 2"
            + " wildcards");
  }

  @Test
  @DisplayName("M8: a wildcard that is part of a component is refused")
  void partialWildcard() {
    assertRefused(
        egress("{action: Allow, destination: {domains: ['www.g*.test']}}"),
        "\"www.g*.test\": '*' must be a whole label");
  }

  @Test
  @DisplayName("M9: a wildcard in the last place, and a bare one, are accepted with a warning each")
  void lastAndBareWildcard() {
    ReadResult read =
        Verdicts.read(egress("{action: Allow, destination: {domains: ['www.my.*', '*']}}"));

    assertFalse(read.hasErrors());
    assertEquals(2, read.problems().size());
    assertTrue(read.problems().get(0).toString().contains("www.my.evil.example"));
    assertTrue(read.problems().get(1).toString().contains("matches every name"));
    assertTrue(DomainPattern.parse("www.my.*").matches(DomainName.parse("www.my.evil.example")));
  }

  @Test
  @DisplayName("P8: domains and numeric ports without a protocol are refused")
  void domainsAndPortsWithoutProtocol() {
    assertRefused(
        egress("{action: Allow, destination: {domains: [a.example], ports: [443]}}"),
        ".egress[0].protocol: is missing, and the rule has port numbers");
  }

  @Test
  @DisplayName("P9: domains beside nets, or beside a selector, are refused")
  void domainsBesideNetsOrSelector() {
    for (String other : List.of("nets: [192.0.2.0/24]", "selector: has(a)")) {
      assertRefused(
          egress("{action: Allow, destination: {domains: [a.example], " + other + "}}"),
          "cannot stand beside domains in one destination");
    }
  }

  @Test
  @DisplayName("P10: domains in ingress, in a source, and in Deny, Pass and Log rules are refused")
  void domainsOutOfPlace() {
    String domains = "{domains: [a.example]}";
    assertRefused(
        object("{ingress: [{action: Allow, destination: " + domains + "}]}"), OUT_OF_PLACE);
    assertRefused(egress("{action: Allow, source: " + domains + "}"), ".source" + OUT_OF_PLACE);
    for (String action : List.of("Deny", "Pass", "Log")) {
      assertRefused(egress("{action: " + action + ", destination: " + domains + "}"), OUT_OF_PLACE);
    }
  }

  @Test
  @DisplayName("P15: an invalid object is absent, and the others live")
  void invalidObjectIsAbsent() {
    Resources resources =
        Verdicts.read(
                object("{egress: [{action: Allow, destination: {domains: ['a.*.*']}}]}")
                    + Yaml.policy("q", "", "{action: Deny}"))
            .resources();

    assertEquals(
        List.of("GlobalNetworkPolicy(q)"),
        resources.all(Resource.Policy.class).stream().map(p -> p.id().toString()).toList());
  }

  @Test
  @DisplayName("E12: IPv4 and IPv6 nets in one rule, or against its ipVersion, are refused")
  void mixedFamilies() {
    assertRefused(
        egress("{action: Deny, destination: {nets: [10.0.0.0/8, 'fd00::/8']}}"),
        "mixes IPv4 and IPv6 nets");
    assertRefused(
        egress(
            "{action: Deny, source: {notNets: [10.0.0.0/8]}, destination: {nets: ['fd00::/8']}}"),
        "mixes IPv4 and IPv6 nets");
    assertRefused(
        egress("{action: Deny, ipVersion: 6, destination: {nets: [10.0.0.0/8]}}"),
        ".ipVersion: is 6, and the nets are IPv4");
  }

  @Test
  @DisplayName("S7: an unknown field in the entity of an Allow rule refuses the object")
  void unknownFieldInEntity() {
    assertRefused(
        egress("{action: Allow, destination: {newThing: x}}"),
        ".destination.newThing: unknown field");
  }

  @Test
  @DisplayName("H7: doNotTrack and preDNAT are refused together, alone, and preDNAT with egress")
  void hookCombinations() {
    String both = "doNotTrack: true, preDNAT: true";
    assertRefused(object("{applyOnForward: true, " + both + "}"), "cannot be true beside");
    for (String hook : List.of("doNotTrack", "preDNAT")) {
      assertRefused(object("{" + hook + ": true}"), hook + ": needs applyOnForward");
    }
    String preDnat = "preDNAT: true, applyOnForward: true, ";
    assertRefused(object("{" + preDnat + "types: [Egress]}"), "preDNAT: cannot govern egress");
    assertRefused(
        object("{" + preDnat + "egress: [{action: Deny}]}"), "preDNAT: cannot govern egress");
    assertRefused(
        object("{" + preDnat + "types: [Ingress], egress: [{action: Deny}]}"),
        "egress: is not allowed in a preDNAT policy");
  }

  @Test
  @DisplayName(
      "H8: a doNotTrack policy for a host endpoint of all interfaces is ignored, and warned of")
  void doNotTrackOnAllInterfaces() {
    String yaml =
        Yaml.object(
                "HostEndpoint",
                "all",
                "{node: n, interfaceName: '*', profiles: [projectcalico-default-allow]}")
            + object("{doNotTrack: true, applyOnForward: true, egress: [{action: Deny}]}");

    assertEquals(
        List.of(
            "test.yaml:9:20: GlobalNetworkPolicy(p).spec.doNotTrack: policies of this hook are"
                + " checked, and not enforced"),
        Verdicts.read(yaml).problems().stream().map(Problem::toString).toList());
    assertTrue(Verdicts.of("n", yaml).allows("eth0", IpPacket.TCP, "192.0.2.1", 443));
  }

  private static String egress(String rule) {
    return Yaml.policy("p", "", rule);
  }

  private static String object(String spec) {
    return Yaml.object("GlobalNetworkPolicy", "p", spec);
  }

  private static void assertRefused(String yaml, String why) {
    ReadResult read = Verdicts.read(yaml);

    assertEquals(List.of(new ResourceId("GlobalNetworkPolicy", "", "p")), read.refused());
    assertEquals(0, read.resources().size());
    assertTrue(
        read.problems().stream().anyMatch(problem -> problem.toString().contains(why)),
        () -> read.problems().toString());
  }
}
