// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Resource.Policy;
import org.junit.jupiter.api.Test;

final class StagedPolicyReaderTest {
  @Test
  void actionIsSetUnlessItSaysOtherwise() {
    assertEquals(StagedAction.SET, only("StagedGlobalNetworkPolicy", "{}").staged());
    assertEquals(
        StagedAction.LEARN,
        only("StagedGlobalNetworkPolicy", "{stagedAction: Learn, types: [Egress]}").staged());
    assertNull(only("GlobalNetworkPolicy", "{}").staged());
  }

  @Test
  void policyThatIsStagedToDeleteGovernsNothing() {
    Policy policy = only("StagedGlobalNetworkPolicy", "{stagedAction: Delete, tier: security}");

    assertEquals("security", policy.tier());
    assertFalse(policy.governsEgress() || policy.governsIngress());
  }

  @Test
  void stagedPolicyIsNotEnforced() {
    Verdicts verdicts =
        Verdicts.of(
            "n",
            Yaml.workload(", profiles: [projectcalico-default-allow]")
                + Yaml.object(
                    "StagedGlobalNetworkPolicy",
                    "p",
                    "{types: [Egress], egress: [{action: Deny}]}"));

    assertTrue(verdicts.allows("cali1", IpPacket.TCP, "192.0.2.1", 443));
  }

  private static Policy only(String kind, String spec) {
    return Verdicts.resources(Yaml.object(kind, "p", spec)).all(Policy.class).get(0);
  }
}
