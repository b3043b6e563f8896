// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.CompiledRule.Side;
import dev.namegate.policy.Resource.NamedPort;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.Rule.Ports;
import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the criteria of egress rules into numbers.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class RuleCompiler {
  private final Selections selections;
  private final DomainSets domainSets;
  private long compiled;

  /** A rule and all that its compiled form was made of. */
  record Result(Rule rule, CompiledRule compiled, Set<Selections.Entry> uses, long compiledAt) {
    boolean isStale() {
      for (Selections.Entry entry : uses) {
        if (entry.changedAt() > compiledAt) {
          return true;
        }
      }
      return false;
    }

    void use(long now) {
      uses.forEach(entry -> entry.use(now));
    }
  }

  RuleCompiler(Selections selections, DomainSets domainSets) {
    this.selections = selections;
    this.domainSets = domainSets;
  }

  /** How many rules were compiled. */
  long compiled() {
    return compiled;
  }

  /**
   * The rule in numbers.
   *
   * @param namespace of the policy; empty if it has none
   * @param ofPolicy in the rules of a profile, the domains of network sets mean nothing
   */
  Result compile(Rule rule, String namespace, boolean ofPolicy, long now) {
    compiled++;
    Set<Selections.Entry> uses = new LinkedHashSet<>();
    boolean domainsCount = ofPolicy && rule.action() == Action.ALLOW;
    CompiledRule result =
        new CompiledRule(
            ipVersion(rule),
            rule,
            side(rule.source(), namespace, false, uses, now),
            side(rule.destination(), namespace, domainsCount, uses, now));
    return new Result(rule, result, uses, now);
  }

  /** A rule is of the family that its nets are of. */
  private static int ipVersion(Rule rule) {
    if (rule.ipVersion() != Rule.ANY) {
      return rule.ipVersion();
    }
    for (Entity entity : List.of(rule.source(), rule.destination())) {
      for (List<Cidr> nets : List.of(entity.nets(), entity.notNets())) {
        if (!nets.isEmpty()) {
          return nets.get(0).isIpv4() ? 4 : 6;
        }
      }
    }
    return Rule.ANY;
  }

  private @Nullable Side side(
      Entity entity, String namespace, boolean domainsCount, Set<Selections.Entry> uses, long now) {
    if (entity.isEmpty()) {
      return null;
    }
    Selection selected = selection(Scope.ofEntity(entity, namespace), uses, now);
    Selection notSelected = selection(entity.notSelector(), uses, now);
    Selection named = named(entity, selected, uses);
    return new Side(
        entity.nets().isEmpty() ? null : AddressRanges.of(entity.nets()),
        entity.notNets().isEmpty() ? null : AddressRanges.of(entity.notNets()),
        selected == null ? null : selected.addresses(),
        notSelected == null ? null : notSelected.addresses(),
        ports(entity.ports(), named),
        ports(entity.notPorts(), named),
        domainSets.idOf(entity.domains()),
        selected == null || !domainsCount ? DomainSets.NONE : domainSets.idOf(selected.domains()),
        new Side.Origin(entity, selected, notSelected, named));
  }

  private @Nullable Selection selection(
      @Nullable Selector selector, Set<Selections.Entry> uses, long now) {
    if (selector == null) {
      return null;
    }
    Selections.Entry entry = selections.of(selector, now);
    uses.add(entry);
    return entry.selection();
  }

  /** Whose names of ports count; null if the rule names none. */
  private @Nullable Selection named(
      Entity entity, @Nullable Selection selected, Set<Selections.Entry> uses) {
    if (entity.ports().names().isEmpty() && entity.notPorts().names().isEmpty()) {
      return null;
    }
    if (selected != null) {
      return selected;
    }
    uses.add(selections.withPorts());
    return selections.withPorts().selection();
  }

  private static @Nullable PortSet ports(Ports ports, @Nullable Selection named) {
    if (ports.isEmpty()) {
      return null;
    }
    Map<Integer, List<Cidr>> byKey = new HashMap<>();
    if (named != null && !ports.names().isEmpty()) {
      for (Member member : named.members()) {
        for (NamedPort port : member.ports()) {
          if (ports.names().contains(port.name())) {
            byKey
                .computeIfAbsent(
                    PortSet.key(port.protocol(), port.port()), key -> new ArrayList<>())
                .addAll(member.nets());
          }
        }
      }
    }
    return PortSet.of(ports.ranges(), byKey);
  }
}
