// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.CompiledRule.Side;
import dev.namegate.policy.Resource.NamedPort;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.Rule.Ports;
import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns the criteria of egress rules into numbers. */
final class RuleCompiler {
  private final Population population;
  private final DomainSets domainSets;
  private final Problems problems;

  RuleCompiler(Population population, DomainSets domainSets, Problems problems) {
    this.population = population;
    this.domainSets = domainSets;
    this.problems = problems;
  }

  /** The egress rules of a policy. */
  List<CompiledRule> compile(Resource.Policy policy) {
    List<CompiledRule> compiled = new ArrayList<>();
    for (int i = 0; i < policy.egress().size(); i++) {
      Rule rule = policy.egress().get(i);
      warnOfUnknownPorts(rule, policy.id() + ".spec.egress[" + i + "]");
      compiled.add(compile(rule, policy.metadata().namespace(), rule.action() == Action.ALLOW));
    }
    return compiled;
  }

  /** The egress rules of a profile: in these the domains of network sets mean nothing. */
  List<CompiledRule> compile(Resource.Profile profile) {
    return profile.egress().stream().map(rule -> compile(rule, "", false)).toList();
  }

  private CompiledRule compile(Rule rule, String namespace, boolean domainsCount) {
    return new CompiledRule(
        ipVersion(rule),
        rule,
        side(rule.source(), namespace, false),
        side(rule.destination(), namespace, domainsCount));
  }

  /** A rule is of the family that its nets are of. */
  private static int ipVersion(Rule rule) {
    if (rule.ipVersion() != Rule.ANY) {
      return rule.ipVersion();
    }
    return Stream.of(rule.source(), rule.destination())
        .flatMap(entity -> Stream.concat(entity.nets().stream(), entity.notNets().stream()))
        .findFirst()
        .map(net -> net.isIpv4() ? 4 : 6)
        .orElse(Rule.ANY);
  }

  private @Nullable Side side(Entity entity, String namespace, boolean domainsCount) {
    if (entity.isEmpty()) {
      return null;
    }
    Selector selector = Scope.ofEntity(entity, namespace);
    return new Side(
        entity.nets().isEmpty() ? null : AddressRanges.of(entity.nets()),
        entity.notNets().isEmpty() ? null : AddressRanges.of(entity.notNets()),
        selector == null ? null : population.addresses(selector),
        entity.notSelector() == null ? null : population.addresses(entity.notSelector()),
        ports(entity.ports(), selector),
        ports(entity.notPorts(), selector),
        domainSets.idOf(entity.domains()),
        selector == null || !domainsCount ? DomainSets.NONE : domainSets.idOf(domains(selector)));
  }

  private Collection<DomainPattern> domains(Selector selector) {
    Collection<DomainPattern> domains = new LinkedHashSet<>();
    population.selected(selector).forEach(member -> domains.addAll(member.domains()));
    return domains;
  }

  private @Nullable PortSet ports(Ports ports, @Nullable Selector selector) {
    if (ports.isEmpty()) {
      return null;
    }
    Map<Integer, List<Cidr>> named = new HashMap<>();
    if (!ports.names().isEmpty()) {
      for (Population.Member member :
          selector == null ? population.members() : population.selected(selector)) {
        for (NamedPort port : member.ports()) {
          if (ports.names().contains(port.name())) {
            named
                .computeIfAbsent(
                    PortSet.key(port.protocol(), port.port()), key -> new ArrayList<>())
                .addAll(member.nets());
          }
        }
      }
    }
    return PortSet.of(ports.ranges(), named);
  }

  private void warnOfUnknownPorts(Rule rule, String path) {
    Stream.of(rule.source(), rule.destination())
        .flatMap(entity -> Stream.of(entity.notPorts()))
        .flatMap(ports -> ports.names().stream())
        .filter(name -> !population.definesPort(name))
        .distinct()
        .forEach(
            name ->
                problems.warning(
                    rule.position(),
                    path,
                    "no endpoint has a port named \"" + name + "\", so nothing is excluded by it",
                    "write its number, or name the port in an endpoint"));
  }
}
