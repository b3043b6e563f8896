// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Records whose equality is written out: every component counts. */
final class ValueEqualityTest {
  @Test
  void ofResourceIds() {
    ResourceId id = new ResourceId("NetworkPolicy", "shop", "web");
    ResourceId same = new ResourceId("NetworkPolicy", "shop", "web");
    assertEquals(id, same);
    assertEquals(id.hashCode(), same.hashCode());
    assertNotEquals(id, new ResourceId("StagedNetworkPolicy", "shop", "web"));
    assertNotEquals(id, new ResourceId("NetworkPolicy", "bank", "web"));
    assertNotEquals(id, new ResourceId("NetworkPolicy", "shop", "db"));
    assertNotEquals(id, new Object());
  }

  @Test
  void ofWhatEndpointsHaveInCommon() {
    Programs.Key key = new Programs.Key(false, List.of(), List.of("kns.shop"));
    Programs.Key same = new Programs.Key(false, List.of(), List.of("kns.shop"));
    assertEquals(key, same);
    assertEquals(key.hashCode(), same.hashCode());
    assertNotEquals(key, new Programs.Key(true, List.of(), List.of("kns.shop")));
    assertNotEquals(key, new Programs.Key(false, List.of(), List.of("kns.bank")));
    assertNotEquals(key, new Object());
  }

  @Test
  void anySideWithACriterionIsNotEmpty() {
    Rule.Entity empty = Rule.Entity.EMPTY;
    Rule.Ports ports = new Rule.Ports(List.of(new Rule.PortRange(1, 2)), List.of());
    Rule.Ports names = new Rule.Ports(List.of(), List.of("http"));
    Rule.ServiceAccounts accounts = new Rule.ServiceAccounts(List.of("a"), null);
    assertTrue(empty.isEmpty());
    assertTrue(
        new Rule.Entity(
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                Rule.Ports.NONE,
                empty.ports(),
                List.of())
            .isEmpty());
    for (Rule.Ports each : List.of(ports, names)) {
      assertFalse(side(null, each, Rule.Ports.NONE).isEmpty());
      assertFalse(side(null, Rule.Ports.NONE, each).isEmpty());
    }
    assertFalse(side(accounts, Rule.Ports.NONE, Rule.Ports.NONE).isEmpty());
  }

  private static Rule.Entity side(
      Rule.ServiceAccounts accounts, Rule.Ports ports, Rule.Ports notPorts) {
    return new Rule.Entity(
        List.of(), List.of(), null, null, null, accounts, ports, notPorts, List.of());
  }
}
