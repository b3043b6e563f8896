// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static dev.namegate.policy.Yaml.object;
import static dev.namegate.policy.Yaml.policy;
import static dev.namegate.policy.Yaml.workload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Staged policies decide nothing, and say what they would. */
final class StagedPolicyTest {
  private static final String ALLOWED = "tier default, GlobalNetworkPolicy p, egress[0] Allow";
  private static final String ENFORCED = policy("p", "", "{action: Allow}");

  private static String staged(String name, String spec) {
    return object("StagedGlobalNetworkPolicy", name, spec);
  }

  private static String denyAll(String name, String action) {
    return staged(
        name,
        "{order: 1, stagedAction: " + action + ", types: [Egress], egress: [{action: Deny}]}");
  }

  private static IpPacket packet() {
    return new IpPacket()
        .flow(6, IpAddress.parse("10.65.0.2"), 40000, IpAddress.parse("192.0.2.1"), 80);
  }

  private static String enforced(Verdicts verdicts) {
    return verdicts.of("cali1", IpPacket.TCP, "192.0.2.1", 80);
  }

  private static String pending(Verdicts verdicts) {
    CompiledPolicy policy = verdicts.policy();
    return policy.describe(policy.evaluatePending(0, packet(), set -> false));
  }

  @Test
  @DisplayName("E6: a staged deny-all denies nothing, and is said to be pending")
  void stagedPolicyIsNotEnforced() {
    Verdicts verdicts = Verdicts.of("n", workload("") + ENFORCED + denyAll("s", "Set"));

    assertEquals(ALLOWED, enforced(verdicts));
    assertTrue(verdicts.policy().hasStaged(0));
    assertEquals("tier default, StagedGlobalNetworkPolicy s, egress[0] Deny", pending(verdicts));
  }

  @Test
  @DisplayName("E6: pending, a staged policy stands in the place of the one of its name")
  void stagedPolicyReplacesTheEnforcedOne() {
    String rule = "{types: [Egress], egress: [{action: Allow, protocol: UDP}]}";
    Verdicts verdicts = Verdicts.of("n", workload("") + ENFORCED + staged("p", rule));

    assertEquals(ALLOWED, enforced(verdicts));
    assertEquals("end of tier default", pending(verdicts));
  }

  @Test
  @DisplayName("E6: a staged policy for other endpoints takes the one of its name away from here")
  void stagedPolicyForOthersReplacesToo() {
    String others = "{selector: role == 'db', types: [Egress], egress: [{action: Allow}]}";
    Verdicts verdicts = Verdicts.of("n", workload("") + ENFORCED + staged("p", others));

    assertTrue(verdicts.policy().hasStaged(0));
    assertEquals("no policy or profile allows", pending(verdicts));
  }

  @Test
  @DisplayName("E6: Delete takes the policy out, Ignore takes no part, Learn is as Set")
  void stagedActions() {
    Verdicts delete =
        Verdicts.of("n", workload("") + ENFORCED + staged("p", "{stagedAction: Delete}"));
    Verdicts ignore = Verdicts.of("n", workload("") + ENFORCED + denyAll("p", "Ignore"));
    Verdicts learn = Verdicts.of("n", workload("") + ENFORCED + denyAll("p", "Learn"));

    assertEquals(List.of(ALLOWED, "no policy or profile allows"), both(delete));
    assertEquals(List.of(ALLOWED, ALLOWED), both(ignore));
    assertFalse(ignore.policy().hasStaged(0));
    assertEquals(
        List.of(ALLOWED, "tier default, StagedGlobalNetworkPolicy p, egress[0] Deny"), both(learn));
  }

  private static List<String> both(Verdicts verdicts) {
    return List.of(enforced(verdicts), pending(verdicts));
  }

  @Test
  @DisplayName("E7: a tier with staged policies only passes")
  void tierOfStagedPoliciesPasses() {
    String profile = ", profiles: [projectcalico-default-allow]";
    Verdicts verdicts = Verdicts.of("n", workload(profile) + denyAll("s", "Set"));

    assertEquals("profile projectcalico-default-allow, egress[0] Allow", enforced(verdicts));
    assertFalse(verdicts.policy().endpoints().get(0).governed());
  }

  @Test
  @DisplayName("E6: an explanation names the staged policy, and what it would decide")
  void stagedPolicyIsExplained() {
    CompiledPolicy policy =
        Verdicts.of("n", workload("") + ENFORCED + denyAll("s", "Set")).policy();

    Explanation explanation = policy.explain(0, false, packet(), address -> List.of());
    Explanation pending = explanation.pending();

    assertTrue(explanation.allow());
    assertTrue(
        explanation
            .steps()
            .contains(
                new Explanation.Step(
                    Explanation.Kind.POLICY,
                    "StagedGlobalNetworkPolicy s",
                    "staged (Set), not enforced",
                    List.of())));
    assertTrue(pending != null && !pending.allow());
    assertNull(
        Verdicts.of("n", workload("") + ENFORCED)
            .policy()
            .explain(0, false, packet(), address -> List.of())
            .pending());
  }
}
