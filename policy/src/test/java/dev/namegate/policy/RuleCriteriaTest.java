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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each criterion of a rule matches; names are checklist rows. */
final class RuleCriteriaTest {
  private static final String OTHERS =
      object(
              "WorkloadEndpoint",
              "shop",
              "w2",
              "{role: db}",
              "{node: m, interfaceName: cali1, ipNetworks: [10.65.0.3/32], serviceAccountName:"
                  + " robot, ports: [{name: dns, protocol: UDP, port: 5353}]}")
          + object(
              "WorkloadEndpoint",
              "lab",
              "w3",
              "{role: db, pcns.env: forged}",
              "{node: m, interfaceName: cali1, ipNetworks: [10.65.0.4/32]}")
          + object(
              "HostEndpoint",
              "",
              "h2",
              "{role: db}",
              "{node: m, interfaceName: eth9, expectedIPs: [192.0.2.9]}")
          + object("GlobalNetworkSet", "", "g", "{role: set}", "{nets: [203.0.113.0/24]}")
          + object("NetworkSet", "shop", "s", "{role: set}", "{nets: [198.51.100.0/24]}")
          + "apiVersion: v1\nkind: Namespace\n"
          + "metadata: {name: lab, labels: {env: test}}\n---\n"
          + "apiVersion: v1\nkind: ServiceAccount\n"
          + "metadata: {name: robot, namespace: shop, labels: {team: a}}\n---\n";

  @ParameterizedTest(name = "{0}: protocol {1} to {2} port {3}: {4}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "protocol: TCP; 6; 192.0.2.1; 80; true",
        "protocol: TCP; 17; 192.0.2.1; 80; false",
        "protocol: 50; 50; 192.0.2.1; -1; true",
        "notProtocol: UDP; 6; 192.0.2.1; 80; true",
        "notProtocol: UDP; 17; 192.0.2.1; 80; false",
        "ipVersion: 4; 6; 192.0.2.1; 80; true",
        "ipVersion: 4; 6; 2001:db8::1; 80; false",
        "destination: {nets: [192.0.2.0/24]}; 6; 192.0.2.1; 80; true",
        "destination: {nets: [192.0.2.0/24]}; 6; 192.0.3.1; 80; false",
        "destination: {nets: ['::/0']}; 6; 2001:db8::1; 80; true",
        "destination: {nets: ['::/0']}; 6; 192.0.2.1; 80; false",
        "destination: {notNets: [192.0.2.0/24]}; 6; 192.0.3.1; 80; true",
        "destination: {notNets: [192.0.2.0/24]}; 6; 192.0.2.1; 80; false",
        "destination: {notNets: [192.0.2.0/24]}; 6; 2001:db8::1; 80; false",
        "source: {nets: [10.65.0.2/32]}; 6; 192.0.2.1; 80; true",
        "source: {nets: [10.65.0.3/32]}; 6; 192.0.2.1; 80; false",
        "source: {notNets: [10.65.0.2/32]}; 6; 192.0.2.1; 80; false",
        "source: {selector: role == 'web'}; 6; 192.0.2.1; 80; true",
        "source: {selector: role == 'db'}; 6; 192.0.2.1; 80; false",
        "protocol: TCP, source: {ports: [40000]}; 6; 192.0.2.1; 80; true",
        "protocol: TCP, source: {ports: [40001]}; 6; 192.0.2.1; 80; false",
        "protocol: TCP, destination: {ports: [80, '443']}; 6; 192.0.2.1; 443; true",
        "protocol: TCP, destination: {ports: [80, '443']}; 6; 192.0.2.1; 81; false",
        "protocol: TCP, destination: {ports: ['80:90']}; 6; 192.0.2.1; 90; true",
        "protocol: TCP, destination: {ports: ['80:90']}; 6; 192.0.2.1; 91; false",
        "protocol: TCP, destination: {notPorts: ['80:90']}; 6; 192.0.2.1; 91; true",
        "protocol: TCP, destination: {notPorts: ['80:90']}; 6; 192.0.2.1; 80; false",
        "destination: {ports: [dns]}; 17; 10.65.0.3; 5353; true",
        "destination: {ports: [dns]}; 6; 10.65.0.3; 5353; false",
        "destination: {ports: [dns]}; 17; 10.65.0.4; 5353; false",
        "destination: {notPorts: [dns]}; 17; 10.65.0.4; 5353; true",
        "destination: {notPorts: [dns]}; 17; 10.65.0.3; 5353; false",
        "destination: {ports: [dns], selector: role == 'web'}; 17; 10.65.0.3; 5353; false",
        "destination: {selector: role == 'db'}; 6; 10.65.0.3; 80; true",
        "destination: {selector: role == 'db'}; 6; 10.65.0.4; 80; true",
        "destination: {selector: role == 'db'}; 6; 192.0.2.9; 80; true",
        "destination: {selector: role == 'db'}; 6; 10.65.0.5; 80; false",
        "destination: {selector: role == 'set'}; 6; 203.0.113.5; 80; true",
        "destination: {selector: all()}; 6; 8.8.8.8; 80; false",
        "destination: {notSelector: role == 'db'}; 6; 8.8.8.8; 80; true",
        "destination: {notSelector: role == 'db'}; 6; 192.0.2.9; 80; false",
        "destination: {namespaceSelector: env == 'test'}; 6; 10.65.0.4; 80; true",
        "destination: {namespaceSelector: env == 'forged'}; 6; 10.65.0.4; 80; false",
        "destination: {namespaceSelector: env == 'test'}; 6; 10.65.0.3; 80; false",
        "destination: {namespaceSelector: all()}; 6; 10.65.0.3; 80; true",
        "destination: {namespaceSelector: all()}; 6; 203.0.113.1; 80; false",
        "destination: {namespaceSelector: global()}; 6; 203.0.113.1; 80; true",
        "destination: {namespaceSelector: global()}; 6; 198.51.100.1; 80; false",
        "destination: {namespaceSelector: global()}; 6; 192.0.2.9; 80; true",
        "destination: {serviceAccounts: {names: [robot]}}; 6; 10.65.0.3; 80; true",
        "destination: {serviceAccounts: {names: [human]}}; 6; 10.65.0.3; 80; false",
        "destination: {serviceAccounts: {selector: team == 'a'}}; 6; 10.65.0.3; 80; true",
        "destination: {serviceAccounts: {selector: team == 'b'}}; 6; 10.65.0.3; 80; false",
        "source: {serviceAccounts: {names: [own]}}; 6; 192.0.2.1; 80; true",
        "source: {serviceAccounts: {names: [robot]}}; 6; 192.0.2.1; 80; false",
        "source: {namespaceSelector: all()}; 6; 192.0.2.1; 80; true",
        "source: {namespaceSelector: global()}; 6; 192.0.2.1; 80; false",
        "source: {notSelector: role == 'db'}; 6; 192.0.2.1; 80; true",
        "source: {notSelector: role == 'web'}; 6; 192.0.2.1; 80; false",
        "source: {notNets: [10.65.0.3/32]}; 6; 192.0.2.1; 80; true",
        "protocol: TCP, source: {notPorts: [40001]}; 6; 192.0.2.1; 80; true",
        "protocol: TCP, source: {notPorts: ['40000:40001']}; 6; 192.0.2.1; 80; false",
      })
  @DisplayName("E11: each field of a rule matches, and does not")
  void ruleField(String criteria, int protocol, String address, int port, boolean matches) {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload(", serviceAccountName: own")
                + OTHERS
                + policy("p", "", "{action: Allow, " + criteria + "}"));

    assertEquals(matches, verdicts.allows("cali1", protocol, address, port));
  }

  @ParameterizedTest(name = "{0}: type {1} code {2}: {3}")
  @CsvSource(
      delimiter = ';',
      value = {
        "icmp: {type: 8}; 8; 3; true",
        "icmp: {type: 8}; 9; 0; false",
        "icmp: {type: 8, code: 0}; 8; 0; true",
        "icmp: {type: 8, code: 0}; 8; 1; false",
        "notICMP: {type: 8}; 9; 0; true",
        "notICMP: {type: 8}; 8; 0; false",
        "notICMP: {type: 8, code: 0}; 8; 1; true",
        "notICMP: {type: 8, code: 0}; 8; 0; false"
      })
  @DisplayName("E11: ICMP type and code")
  void icmp(String criteria, int type, int code, boolean matches) {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload("") + policy("p", "", "{action: Allow, protocol: ICMP, " + criteria + "}"));
    CompiledPolicy policy = verdicts.policy();
    IpPacket packet =
        new IpPacket()
            .flow(1, IpAddress.parse("10.65.0.2"), -1, IpAddress.parse("192.0.2.1"), -1)
            .icmp(type, code);

    assertEquals(matches, policy.isAllow(policy.evaluate(0, packet, set -> false)));
  }

  @Test
  @DisplayName("P5: a NetworkPolicy reaches global sets by global() only")
  void namespacedPolicyReachesGlobalSetsByGlobalOnly() {
    String set =
        object("GlobalNetworkSet", "", "g", "{color: red}", "{allowedEgressDomains: [a.test]}");
    String rule = "{types: [Egress], egress: [{action: Allow, destination: {selector: has(color)";
    Verdicts without =
        Verdicts.of(
            "n", workload("") + set + object("NetworkPolicy", "shop", "p", "{}", rule + "}}]}"));
    Verdicts with =
        Verdicts.of(
            "n",
            workload("")
                + set
                + object(
                    "NetworkPolicy",
                    "shop",
                    "p",
                    "{}",
                    rule + ", namespaceSelector: global()}}]}"));

    assertFalse(without.allows("cali1", IpPacket.TCP, "192.0.2.1", 80, "a.test"));
    assertTrue(with.allows("cali1", IpPacket.TCP, "192.0.2.1", 80, "a.test"));
    assertFalse(with.allows("cali1", IpPacket.TCP, "192.0.2.1", 80, "b.test"));
  }

  @Test
  @DisplayName("P6: one selector picks nets, domains and endpoints")
  void oneSelectorPicksNetsDomainsAndEndpoints() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload("")
                + host("")
                    .replace("role: web", "color: red")
                    .replace("eth0", "eth0, expectedIPs: [192.0.2.77]")
                + object(
                    "GlobalNetworkSet",
                    "",
                    "g",
                    "{color: red}",
                    "{nets: [203.0.113.0/24], allowedEgressDomains: [a.test]}")
                + policy("p", "", "{action: Allow, destination: {selector: color == 'red'}}"));

    assertTrue(verdicts.allows("cali1", IpPacket.TCP, "203.0.113.9", 80));
    assertTrue(verdicts.allows("cali1", IpPacket.TCP, "198.51.100.1", 80, "a.test"));
    assertTrue(verdicts.allows("cali1", IpPacket.TCP, "192.0.2.77", 80));
    assertFalse(verdicts.allows("cali1", IpPacket.TCP, "198.51.100.1", 80, "b.test"));
  }

  @Test
  @DisplayName("P7: domains and ports hold together")
  void domainsAndPorts() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload("")
                + policy(
                    "p",
                    "",
                    "{action: Allow, protocol: TCP, destination: {domains: [a.test], ports:"
                        + " [443]}}"));

    assertTrue(verdicts.allows("cali1", IpPacket.TCP, "192.0.2.1", 443, "a.test"));
    assertFalse(verdicts.allows("cali1", IpPacket.TCP, "192.0.2.1", 80, "a.test"));
    assertFalse(verdicts.allows("cali1", IpPacket.UDP, "192.0.2.1", 443, "a.test"));
    assertFalse(verdicts.allows("cali1", IpPacket.TCP, "192.0.2.1", 443));
  }

  @Test
  @DisplayName("P11: the domains of a set deny nothing")
  void domainsOfASetDenyNothing() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload("")
                + object(
                    "GlobalNetworkSet",
                    "",
                    "g",
                    "{color: red}",
                    "{nets: [203.0.113.0/24], allowedEgressDomains: [a.test]}")
                + policy(
                    "p",
                    "",
                    "{action: Deny, destination: {selector: color == 'red'}}",
                    "{action: Allow, destination: {notSelector: color == 'red'}}"));

    assertTrue(verdicts.allows("cali1", IpPacket.TCP, "192.0.2.1", 80, "a.test"));
    assertFalse(verdicts.allows("cali1", IpPacket.TCP, "203.0.113.1", 80, "a.test"));
    assertEquals(0, verdicts.policy().domainSetCount());
  }

  @Test
  @DisplayName("P12: ingress rules change no egress")
  void ingressRulesChangeNoEgress() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload("")
                + object(
                    "GlobalNetworkPolicy",
                    "p",
                    "{types: [Ingress, Egress], ingress: [{action: Allow}], egress: [{action:"
                        + " Deny}]}"));

    assertEquals(
        "tier default, GlobalNetworkPolicy p, egress[0] Deny",
        verdicts.of("cali1", IpPacket.TCP, "192.0.2.1", 80));
  }

  @Test
  @DisplayName("P13: names in policy do not allow their lookup")
  void namesInPolicyDoNotAllowTheLookup() {
    Verdicts verdicts =
        Verdicts.of(
            "n", workload("") + policy("p", "", "{action: Allow, destination: {domains: ['*']}}"));

    assertFalse(verdicts.allows("cali1", IpPacket.UDP, "192.0.2.53", 53));
  }

  @Test
  @DisplayName("P14: a number and the name that endpoints give a port, in one list")
  void portsByNumberAndByName() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            workload("")
                + OTHERS
                + policy(
                    "p", "", "{action: Allow, protocol: UDP, destination: {ports: [53, dns]}}"));

    assertTrue(verdicts.allows("cali1", IpPacket.UDP, "192.0.2.1", 53));
    assertTrue(verdicts.allows("cali1", IpPacket.UDP, "10.65.0.3", 5353));
    assertFalse(verdicts.allows("cali1", IpPacket.UDP, "192.0.2.1", 5353));
    assertFalse(verdicts.allows("cali1", IpPacket.TCP, "10.65.0.3", 53));
  }

  @Test
  @DisplayName("E11: services are refused, and the policy is absent")
  void servicesAreRefused() {
    ReadResult read =
        Verdicts.read(
            workload("")
                + policy(
                    "p",
                    "",
                    "{action: Allow, destination: {services: {name: db, namespace: shop}}}"));

    assertTrue(read.hasErrors());
    assertTrue(read.problems().get(0).path().endsWith("destination.services"));
    assertEquals(0, read.resources().all(Resource.Policy.class).size());
  }

  @Test
  @DisplayName("E11: beside a namespaceSelector, all() anywhere leaves host endpoints out")
  void allBesideNamespaceSelectorMeansNamespaced() {
    String allow = "{action: Allow}";
    String namespaces = ", namespaceSelector: env != 'test'";
    Verdicts all =
        Verdicts.of("n", host("") + policy("p", ", selector: all()" + namespaces, allow));
    Verdicts has =
        Verdicts.of("n", host("") + policy("p", ", selector: has(role)" + namespaces, allow));
    Verdicts accounts =
        Verdicts.of(
            "n", host("") + policy("p", ", serviceAccountSelector: all()" + namespaces, allow));

    assertFalse(all.allows("eth0", IpPacket.TCP, "192.0.2.1", 80));
    assertTrue(has.allows("eth0", IpPacket.TCP, "192.0.2.1", 80));
    assertTrue(accounts.allows("eth0", IpPacket.TCP, "192.0.2.1", 80));
  }
}
