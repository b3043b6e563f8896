// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static dev.namegate.daemon.it.Shot.tcp;
import static dev.namegate.daemon.it.Shot.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.stats.Counter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In which order tiers, policies, rules and profiles decide: rows E1 and E3–E10. */
final class PolicyEvaluationIT {
  /** The names sort against the orders, and the documents stand against both. */
  private static final String TIERS =
      """
      apiVersion: projectcalico.org/v3
      kind: Tier
      metadata: {name: aaa}
      spec: {order: 30}
      ---
      apiVersion: projectcalico.org/v3
      kind: Tier
      metadata: {name: mmm}
      spec: {order: 20}
      ---
      apiVersion: projectcalico.org/v3
      kind: Tier
      metadata: {name: zzz}
      spec: {order: 10}
      ---
      apiVersion: projectcalico.org/v3
      kind: Tier
      metadata: {name: lenient}
      spec: {order: 15, defaultAction: Pass}
      ---
      apiVersion: projectcalico.org/v3
      kind: Tier
      metadata: {name: trial}
      spec: {order: 5}
      """;

  private static final String E1 =
      String.join(
          "---\n",
          policy("zzz.e1", "e1", "tier: zzz, order: 1", "Allow 1001; Deny 1002; Pass 1003:1006"),
          policy("zzz.e1-later", "e1", "tier: zzz, order: 2", "Deny 1003:1006"),
          policy("mmm.e1", "e1", "tier: mmm", "Deny 1001; Allow 1003; Deny 1004; Pass 1005:1006"),
          policy("aaa.e1", "e1", "tier: aaa", "Allow 1002; Allow 1004:1005; Allow 1007"));

  private static final String E3 =
      String.join(
          "---\n",
          policy("lenient.e3", "e3", "tier: lenient", "Allow 1001; Deny 1002"),
          policy("mmm.e3", "e3", "tier: mmm", "Deny 1001; Allow 1002:1003"));

  private static final String E4 =
      String.join(
          "---\n",
          policy("e4-b", "e4", "order: 5", "Deny 1001; Allow 1002"),
          policy("e4-a", "e4", "order: 5", "Allow 1001; Deny 1002"),
          // A smaller order comes before a smaller name.
          policy("e4-c", "e4", "order: 4.5", "Deny 1003"),
          policy("e4-0", "e4", "order: 6", "Allow 1003:1004"));

  private static final String E5 =
      String.join(
          "---\n",
          policy("e5-a", "e5", "", "Deny 1001; Allow 1002:1003"),
          policy("e5-z", "e5", "order: 1000000000", "Allow 1001; Deny 1002"));

  private static final String E6 =
      String.join(
          "---\n",
          staged(policy("e6-deny-all", "e6", "order: 0", "Deny 1:65535")),
          staged(policy("e6-allow-more", "e6", "order: 0", "Allow 1002")),
          policy("e6", "e6", "order: 1", "Allow 1001"),
          // A staged change of an enforced policy.
          staged(policy("e6", "e6", "order: 1", "Allow 1003")));

  private static final String E7 =
      String.join(
          "---\n",
          staged(policy("trial.e7", "e7", "tier: trial", "Deny 1001; Allow 1002")),
          policy("e7", "e7", "", "Allow 1001"));

  private static final String E9 =
      String.join(
          "---\n",
          policy("e9", "e9", "order: 1", "Log 1001:1002; Allow 1001"),
          policy("e9-quiet", "e9", "order: 2", "Allow 1003"));

  private static final String E8 =
      String.join(
          "---\n",
          policy("e8-egress-rules", "e8rules", "", "Allow 1001"),
          """
          apiVersion: projectcalico.org/v3
          kind: GlobalNetworkPolicy
          metadata: {name: e8-no-rules}
          spec: {selector: line == 'e8empty'}
          ---
          apiVersion: projectcalico.org/v3
          kind: GlobalNetworkPolicy
          metadata: {name: e8-ingress-rules}
          spec:
            selector: line == 'e8ingress'
            ingress: [{action: Deny}]
          ---
          apiVersion: projectcalico.org/v3
          kind: GlobalNetworkPolicy
          metadata: {name: e8-no-rules-but-type}
          spec:
            selector: line == 'e8egress'
            types: [Egress]
          """);

  /**
   * Profiles: one as a Kubernetes namespace gives it, and one that lets nothing but a port pass.
   */
  private static final String E10 =
      String.join(
          "---\n",
          policy("e10tier", "e10tier", "", "Allow 1001"),
          policy("lenient.e10pass", "e10pass", "tier: lenient", "Deny 1001"),
          """
          apiVersion: v1
          kind: Namespace
          metadata: {name: e10}
          ---
          apiVersion: projectcalico.org/v3
          kind: Profile
          metadata: {name: some}
          spec:
            egress:
              - {action: Deny, protocol: TCP, destination: {ports: [1001]}}
              - {action: Allow, protocol: TCP, destination: {ports: [1001, 1002]}}
          """);

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @SuppressWarnings("NullAway.Init") // as above
  private static Lines lines;

  @SuppressWarnings("NullAway.Init") // as above
  private static DaemonProcess daemon;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  /**
   * A policy for one line.
   *
   * @param rules {@code ACTION PORTS} each, of TCP, with semicolons
   */
  private static String policy(String name, String line, String spec, String rules) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: %s}
        spec:
          selector: line == '%s'
        """
            .formatted(name, line));
    for (String entry : spec.split(", ", -1)) {
      text.append(entry.isEmpty() ? "" : "  " + entry + "\n");
    }
    text.append("  egress:\n");
    for (String rule : rules.split("; ", -1)) {
      String[] words = rule.split(" ", -1);
      text.append("    - {action: %s, protocol: TCP, ".formatted(words[0]));
      text.append("destination: {ports: ['%s']}}\n".formatted(words[1]));
    }
    return text.toString();
  }

  private static String staged(String policy) {
    return policy.replace("kind: Global", "kind: StagedGlobal");
  }

  @BeforeAll
  static void up() {
    names = NamesLab.up(new Sites());
    lines =
        Lines.up(
            names,
            "e1",
            "e3",
            "e4",
            "e5",
            "e6",
            "e7",
            "e8rules",
            "e8empty",
            "e8ingress",
            "e8egress",
            "e9",
            "e10kns",
            "e10tier",
            "e10pass",
            "e10gone",
            "e10order",
            "e10none");
    daemon =
        names.enforce(
            lines
                .documents(
                    NamesLab.TRUST,
                    TIERS,
                    E1,
                    E3,
                    E4,
                    E5,
                    E6,
                    E7,
                    E8,
                    E9,
                    E10,
                    lines.endpoints("e8rules", "[projectcalico-default-allow]"),
                    lines.endpoints("e8empty", "[projectcalico-default-allow]"),
                    lines.endpoints("e8ingress", "[projectcalico-default-allow]"),
                    lines.endpoints("e8egress", "[projectcalico-default-allow]"),
                    lines.endpoints("e10kns", "[kns.e10]"),
                    lines.endpoints("e10tier", "[kns.e10]"),
                    lines.endpoints("e10pass", "[kns.e10]"),
                    lines.endpoints("e10gone", "[missing, kns.e10]"),
                    lines.endpoints("e10order", "[some, kns.e10]"))
                .toArray(String[]::new));
  }

  @AfterAll
  static void down() {
    if (names != null) {
      names.close();
    }
  }

  @Test
  @DisplayName(
      "E1: tiers decide by order, Pass leaves the tier, what a tier does not decide is denied")
  void e01_tiersDecideByOrder() {
    lines
        .from("e1")
        .passes(tcp(1001), tcp(1003), tcp(1005))
        .stops(tcp(1002), tcp(1004), tcp(1006), tcp(1007), udp(1001))
        .check();
  }

  @Test
  @DisplayName("E3: a tier whose default action is Pass leaves the rest to the next tier")
  void e03_defaultActionPass() {
    lines.from("e3").passes(tcp(1001), tcp(1003)).stops(tcp(1002), tcp(1004)).check();
  }

  @Test
  @DisplayName("E4: of equal orders the smaller name comes first")
  void e04_equalOrdersGoByName() {
    lines.from("e4").passes(tcp(1001), tcp(1004)).stops(tcp(1002), tcp(1003)).check();
  }

  @Test
  @DisplayName("E5: a policy without order comes last")
  void e05_withoutOrderLast() {
    lines.from("e5").passes(tcp(1001), tcp(1003)).stops(tcp(1002)).check();
  }

  @Test
  @DisplayName("E6: a staged policy neither denies nor allows anything")
  void e06_stagedIsNotEnforced() {
    lines.from("e6").passes(tcp(1001)).stops(tcp(1002), tcp(1003)).check();
  }

  @Test
  @DisplayName("E7: a tier that has only staged policies is passed over")
  void e07_tierOfStagedPoliciesPasses() {
    lines.from("e7").passes(tcp(1001)).stops(tcp(1002)).check();
  }

  @Test
  @DisplayName(
      "E8: without types, egress rules make a policy one of egress, and no rules of ingress")
  void e08_typesFollowFromRules() {
    lines
        .from("e8rules")
        .passes(tcp(1001))
        .stops(tcp(1002))
        .from("e8empty")
        .passes(tcp(1001))
        .from("e8ingress")
        .passes(tcp(1001))
        .from("e8egress")
        .stops(tcp(1001))
        .check();
  }

  @Test
  @DisplayName("E9: a Log rule writes a line and goes on with the next rule")
  void e09_logGoesOn() {
    lines.from("e9").passes(tcp(1001), tcp(1003)).stops(tcp(1002)).check();
    // Two sides, two families, the two ports that the rule names.
    LiveStatus.await(() -> logged("").size() >= 8, () -> daemon.process().log());
    assertEquals(8, logged("").size(), daemon.process()::log);
    assertEquals(4, logged(" port 1001").size(), daemon.process()::log);
    assertEquals(4, logged(" port 1002").size(), daemon.process()::log);
    assertEquals(8, new LiveStatus(daemon).count(Counter.LOG_RULES_MATCHED));
  }

  private static List<String> logged(String end) {
    return daemon
        .process()
        .log()
        .lines()
        .filter(line -> line.contains("calico-packet: ") && line.contains("e9, egress[0] Log: "))
        .filter(line -> line.endsWith(end))
        .toList();
  }

  @Test
  @DisplayName("E10: profiles decide after all tiers, in their order; a missing one denies")
  void e10_profilesComeAfterTiers() {
    lines
        .from("e10kns")
        .passes(tcp(1001), udp(1001))
        .from("e10tier")
        .passes(tcp(1001))
        .stops(tcp(1002))
        .from("e10pass")
        .passes(tcp(1002))
        .stops(tcp(1001))
        .from("e10gone")
        .stops(tcp(1001))
        .from("e10order")
        .passes(tcp(1002), tcp(1003))
        .stops(tcp(1001))
        .from("e10none")
        .stops(tcp(1001))
        .check();
  }
}
