// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.Rule.Icmp;
import dev.namegate.policy.Rule.PortRange;
import dev.namegate.policy.Rule.Ports;
import dev.namegate.policy.selector.Selector;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Everything that an object says counts, and where it was written does not. */
final class MeaningTest {
  private static final Position HERE = new Position("a.yaml", 1, 1);
  private static final Position ELSEWHERE = new Position("b.yaml", 7, 3);
  private static final Ports HTTPS = new Ports(List.of(new PortRange(443, 443)), List.of());

  @Test
  void eachFieldOfARuleCountsButItsPlace() throws Exception {
    Rule rule = rule(HERE, HTTPS);
    Rule other =
        new Rule(
            Action.DENY,
            6,
            17,
            6,
            new Icmp(8, 0),
            new Icmp(0, 0),
            entity(HTTPS),
            Entity.EMPTY,
            ELSEWHERE);

    assertTrue(Meaning.isSame(rule, rule(ELSEWHERE, HTTPS)));
    for (RecordComponent component : Rule.class.getRecordComponents()) {
      boolean place = component.getName().equals("position");
      assertTrue(place == Meaning.isSame(rule, with(rule, component, other)), component.getName());
    }
  }

  @Test
  void eachFieldOfAPolicyCountsButItsPlace() throws Exception {
    Policy policy =
        new Policy(
            metadata("p", HERE),
            "default",
            1,
            null,
            null,
            null,
            false,
            true,
            List.of(),
            List.of(rule(HERE, HTTPS)),
            false,
            false,
            false,
            null);
    Policy moved =
        new Policy(
            metadata("p", ELSEWHERE),
            "default",
            1,
            null,
            null,
            null,
            false,
            true,
            List.of(),
            List.of(rule(ELSEWHERE, HTTPS)),
            false,
            false,
            false,
            null);
    Selector all = new Selector.All();
    Policy other =
        new Policy(
            metadata("q", HERE),
            "other",
            2,
            all,
            all,
            all,
            true,
            false,
            List.of(rule(HERE, HTTPS)),
            List.of(rule(HERE, Ports.NONE)),
            true,
            true,
            true,
            StagedAction.SET);

    assertTrue(Meaning.isSame(policy, policy));
    assertTrue(Meaning.isSame(policy, moved));
    assertFalse(Meaning.isSame(null, policy));
    for (RecordComponent component : Policy.class.getRecordComponents()) {
      assertFalse(Meaning.isSame(policy, with(policy, component, other)), component.getName());
    }
  }

  @Test
  void eachFieldOfASideCounts() throws Exception {
    Entity entity = entity(HTTPS);
    Selector all = new Selector.All();
    Entity other =
        new Entity(
            List.of(Cidr.parse("10.0.0.0/8", true)),
            List.of(Cidr.parse("10.0.0.0/8", true)),
            all,
            all,
            all,
            new Rule.ServiceAccounts(List.of("a"), null),
            new Ports(List.of(), List.of("http")),
            HTTPS,
            List.of(DomainPattern.parse("a.test")));

    assertTrue(entity.equals(entity(new Ports(List.of(new PortRange(443, 443)), List.of()))));
    assertTrue(
        entity.hashCode()
            == entity(new Ports(List.of(new PortRange(443, 443)), List.of())).hashCode());
    assertFalse(entity.equals(entity(new Ports(List.of(new PortRange(443, 444)), List.of()))));
    assertFalse(entity.equals(entity(new Ports(List.of(new PortRange(442, 443)), List.of()))));
    for (RecordComponent component : Entity.class.getRecordComponents()) {
      assertFalse(entity.equals(with(entity, component, other)), component.getName());
    }
  }

  private static Metadata metadata(String name, Position position) {
    return new Metadata(new ResourceId("GlobalNetworkPolicy", "", name), Map.of(), position);
  }

  private static Rule rule(Position position, Ports ports) {
    return new Rule(
        Action.ALLOW, 4, 6, Rule.ANY, null, null, Entity.EMPTY, entity(ports), position);
  }

  private static Entity entity(Ports ports) {
    return new Entity(List.of(), List.of(), null, null, null, null, ports, Ports.NONE, List.of());
  }

  /** The record, but for one component, which is that of another. */
  private static <T extends Record> T with(T record, RecordComponent changed, T other)
      throws ReflectiveOperationException {
    RecordComponent[] components = record.getClass().getRecordComponents();
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      boolean change = components[i].getName().equals(changed.getName());
      components[i].getAccessor().setAccessible(true);
      values[i] = components[i].getAccessor().invoke(change ? other : record);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    var constructor = record.getClass().getDeclaredConstructor(types);
    constructor.setAccessible(true);
    @SuppressWarnings("unchecked")
    T made = (T) constructor.newInstance(values);
    return made;
  }
}
