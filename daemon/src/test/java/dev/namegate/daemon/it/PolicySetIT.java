// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static dev.namegate.daemon.it.Shot.udp;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.LabEvidence;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What network sets give to rules, and what a broken object leaves: rows P5, P6, P11, P12, P15. */
final class PolicySetIT {
  private static final List<Vantage> CLIENT = List.of(Vantage.WORKLOAD_V4);

  private static final Sites SITES = new Sites().with("{e}.set.test").with("{e}.inert.test");

  private static final String OF_NAME = SITES.address("{e}.set.test", Vantage.WORKLOAD_V4);
  private static final String INERT = SITES.address("{e}.inert.test", Vantage.WORKLOAD_V4);
  private static final String OF_NET = "198.51.100.201";
  private static final String OF_HOST = "198.51.100.202";
  private static final String OTHER = "198.51.100.203";

  private static final String SETS =
      """
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkSet
      metadata: {name: mixed, labels: {kind: mixed}}
      spec:
        nets: [198.51.100.201/32]
        allowedEgressDomains: ['*.set.test']
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkSet
      metadata: {name: inert, labels: {kind: inert}}
      spec:
        nets: [198.51.100.201/32]
        allowedEgressDomains: ['*.inert.test']
      ---
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata: {name: far-host, labels: {kind: mixed}}
      spec: {node: far, interfaceName: eth0, expectedIPs: [198.51.100.202]}
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: lookups}
      spec:
        selector: role == 'client'
        types: [Egress]
        egress:
          - {action: Allow, protocol: UDP, destination: {ports: [53]}}
      """;

  private static final String POLICIES =
      """
      apiVersion: projectcalico.org/v3
      kind: NetworkPolicy
      metadata: {name: p5, namespace: lines}
      spec:
        selector: line == 'p5'
        types: [Egress]
        egress:
          - action: Allow
            destination: {selector: kind == 'mixed', namespaceSelector: global()}
      ---
      apiVersion: projectcalico.org/v3
      kind: NetworkPolicy
      metadata: {name: p5own, namespace: lines}
      spec:
        selector: line == 'p5own'
        types: [Egress]
        egress:
          - action: Allow
            destination: {selector: kind == 'mixed'}
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: p6}
      spec:
        selector: line == 'p6'
        types: [Egress]
        egress:
          - action: Allow
            destination: {selector: kind == 'mixed'}
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: p11}
      spec:
        selector: line == 'p11'
        types: [Egress]
        egress:
          - action: Deny
            destination: {selector: kind == 'inert'}
          - action: Allow
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: p12}
      spec:
        selector: line == 'p12'
        types: [Ingress, Egress]
        ingress:
          - action: Allow
            source: {selector: kind == 'inert'}
          - action: Deny
            destination: {selector: kind == 'mixed'}
        egress:
          - action: Allow
            destination: {selector: kind == 'mixed'}
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: p15-broken}
      spec:
        order: 1
        selector: line == 'p15'
        types: [Egress]
        egress:
          - action: Allow
            destination: {domains: ['*.*.test']}
          - action: Allow
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: p15-sound}
      spec:
        order: 2
        selector: line == 'p15'
        types: [Egress]
        egress:
          - action: Allow
            destination: {nets: [198.51.100.201/32]}
      """;

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @SuppressWarnings("NullAway.Init") // as above
  private static Lines lines;

  @SuppressWarnings("NullAway.Init") // as above
  private static DaemonProcess daemon;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  @BeforeAll
  static void up() {
    names = NamesLab.up(SITES);
    lines = Lines.up(names, "p5", "p5own", "p6", "p11", "p12", "p15");
    daemon = names.enforce(lines.documents(NamesLab.TRUST, SETS, POLICIES).toArray(String[]::new));
    // What one endpoint learns holds for the node.
    names.from(CLIENT).resolve("{e}.set.test", "{e}.inert.test");
  }

  @AfterAll
  static void down() {
    if (names != null) {
      names.close();
    }
  }

  @Test
  @DisplayName("P5: a NetworkPolicy reaches a global set by global(), and not without it")
  void p05_globalSetInNetworkPolicy() {
    lines
        .fromWorkload("p5")
        .passes(udp(1).to(OF_NAME), udp(1).to(OF_NET))
        .stops(udp(1).to(INERT), udp(1).to(OTHER))
        .from("p5own")
        .stops(udp(1).to(OF_NAME), udp(1).to(OF_NET))
        .check();
  }

  @Test
  @DisplayName("P6: one selector allows a set's nets, its domains and a host endpoint")
  void p06_netsDomainsAndHostEndpoint() {
    lines
        .from("p6")
        .passes(udp(1).to(OF_NAME), udp(1).to(OF_NET), udp(1).to(OF_HOST))
        .stops(udp(1).to(INERT), udp(1).to(OTHER))
        .check();
  }

  @Test
  @DisplayName("P11: a set in a Deny rule denies its nets, and not its domains")
  void p11_domainsOfSetDoNotDeny() {
    lines.from("p11").passes(udp(1).to(INERT), udp(1).to(OF_NAME)).stops(udp(1).to(OF_NET)).check();
  }

  @Test
  @DisplayName("P12: a set in an ingress rule allows and denies nothing")
  void p12_domainsOfSetInIngressAreInert() {
    lines
        .from("p12")
        .passes(udp(1).to(OF_NAME), udp(1).to(OF_NET))
        .stops(udp(1).to(INERT), udp(1).to(OTHER))
        .check();
  }

  @Test
  @DisplayName("P15: a policy with a broken wildcard is absent and reported, the others live")
  void p15_invalidPolicyIsAbsent() {
    lines.from("p15").passes(udp(1).to(OF_NET)).stops(udp(1).to(INERT), udp(1).to(OTHER)).check();
    String log = daemon.process().log();
    assertTrue(log.contains("*.*.test") && log.contains("p15-broken"), log);
  }
}
