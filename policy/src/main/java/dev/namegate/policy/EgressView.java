// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Resource.NetworkSet;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Resource.Tier;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Ports;
import dev.namegate.policy.selector.Selector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which policies are for a workload, and whether one of them could let it look up names. It asks
 * what could match, not what will: a lookup that it calls possible may yet be denied.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class EgressView {
  private static final int DNS = 53;

  private final Map<String, Profile> profiles;
  private final List<Scoped> policies;
  private final List<Member> sets;
  private final Set<String> passingTiers = new HashSet<>();
  private final Map<Map<String, String>, List<Policy>> byLabels = new HashMap<>();

  /**
   * A policy and which endpoints it is for.
   *
   * @param scope null for all
   */
  private record Scoped(Policy policy, @Nullable Selector scope) {}

  EgressView(Resources resources, List<Policy> policies, Map<String, Profile> profiles) {
    this.profiles = profiles;
    this.policies =
        policies.stream().map(policy -> new Scoped(policy, Scope.ofPolicy(policy))).toList();
    sets = resources.all(NetworkSet.class).stream().map(set -> Member.of(set, profiles)).toList();
    TierReader.BUILT_IN.forEach(this::noteTier);
    resources.all(Tier.class).forEach(this::noteTier);
  }

  private void noteTier(Tier tier) {
    if (tier.passesByDefault()) {
      passingTiers.add(tier.metadata().name());
    }
  }

  /** The policies that are for this workload. */
  List<Policy> governing(WorkloadEndpoint workload) {
    return byLabels.computeIfAbsent(
        Member.of(workload, profiles).labels(),
        labels ->
            policies.stream()
                .filter(scoped -> scoped.scope() == null || scoped.scope().matches(labels))
                .map(Scoped::policy)
                .toList());
  }

  /** Whether one of these policies, or a profile behind them, could allow a lookup. */
  boolean mayLookUp(WorkloadEndpoint workload, List<Policy> governing) {
    return governing.stream().anyMatch(this::allowsLookups)
        || (reachesProfiles(governing)
            && workload.profiles().stream()
                .map(profiles::get)
                .anyMatch(
                    profile -> profile != null && anyLookup(profile.egress(), "", Action.ALLOW)));
  }

  /** Profiles are asked only if no tier denies what is left at its end. */
  private boolean reachesProfiles(List<Policy> governing) {
    return governing.stream()
        .map(Policy::tier)
        .distinct()
        .allMatch(
            tier ->
                passingTiers.contains(tier)
                    || governing.stream()
                        .filter(policy -> policy.tier().equals(tier))
                        .anyMatch(policy -> anyLookup(policy, Action.PASS)));
  }

  /** Whether a rule of the policy could allow a packet to UDP port 53 of a server. */
  boolean allowsLookups(Policy policy) {
    return anyLookup(policy, Action.ALLOW);
  }

  private boolean anyLookup(Policy policy, Action action) {
    return anyLookup(policy.egress(), policy.metadata().namespace(), action);
  }

  private boolean anyLookup(List<Rule> rules, String namespace, Action action) {
    return rules.stream()
        .anyMatch(rule -> rule.action() == action && matchesLookup(rule, namespace));
  }

  private boolean matchesLookup(Rule rule, String namespace) {
    Ports ports = rule.destination().ports();
    return (rule.protocol() == Rule.ANY || rule.protocol() == IpPacket.UDP)
        && rule.notProtocol() != IpPacket.UDP
        && (ports.isEmpty() || !ports.names().isEmpty() || hasDns(ports))
        && !hasDns(rule.destination().notPorts())
        && rule.destination().domains().isEmpty()
        && (selectedSets(rule, namespace).isEmpty()
            || selectedSets(rule, namespace).stream().anyMatch(set -> !set.nets().isEmpty()));
  }

  /** Whether the rule allows what has certain names, its own or those of a network set. */
  boolean allowsNames(Policy policy, Rule rule) {
    return rule.action() == Action.ALLOW
        && (!rule.destination().domains().isEmpty()
            || selectedSets(rule, policy.metadata().namespace()).stream()
                .anyMatch(set -> !set.domains().isEmpty()));
  }

  private List<Member> selectedSets(Rule rule, String namespace) {
    Selector scope = Scope.ofEntity(rule.destination(), namespace);
    return scope == null
        ? List.of()
        : sets.stream().filter(set -> scope.matches(set.labels())).toList();
  }

  private static boolean hasDns(Ports ports) {
    return ports.ranges().stream().anyMatch(range -> range.first() <= DNS && DNS <= range.last());
  }
}
