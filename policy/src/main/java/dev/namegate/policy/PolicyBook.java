// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The policies and which endpoints of this node each is for, kept up as both change.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class PolicyBook {
  private static final Selector ALL = new Selector.All();

  private final Selections scopes = new Selections();
  private final Map<ResourceId, PolicyEntry> entries = new LinkedHashMap<>();
  private final Map<Selections.Entry, Set<PolicyEntry>> byScope = new HashMap<>();

  /** Endpoints for which other policies than before may be. */
  private final Set<Member> touched = new HashSet<>();

  /** The endpoints of this node. */
  Selections scopes() {
    return scopes;
  }

  Collection<PolicyEntry> entries() {
    return entries.values();
  }

  /** Takes the policies of these resources. */
  void update(Resources resources, long now) {
    Map<ResourceId, Policy> replacements = new HashMap<>();
    Set<ResourceId> seen = new HashSet<>();
    for (Policy policy : resources.all(Policy.class)) {
      if (!seen.add(policy.id())) {
        continue;
      }
      StagedAction staged = policy.staged();
      if (staged != null && staged != StagedAction.IGNORE) {
        replacements.put(PolicyEntry.replaced(policy), policy);
      }
      update(policy, now);
    }
    entries
        .values()
        .removeIf(
            entry -> {
              boolean gone = !seen.contains(entry.policy().id());
              if (gone) {
                leaveScope(entry);
              }
              return gone;
            });
    for (PolicyEntry entry : entries.values()) {
      entry.setReplacement(replacements.get(entry.policy().id()), now);
    }
    for (Selections.Entry scope : byScope.keySet()) {
      scope.use(now);
    }
    scopes.retainUsed(now);
  }

  private void update(Policy policy, long now) {
    PolicyEntry entry = entries.get(policy.id());
    if (entry != null && Meaning.isSame(entry.policy(), policy)) {
      return;
    }
    if (entry == null) {
      entry = new PolicyEntry(policy, now);
      entries.put(policy.id(), entry);
    } else {
      entry.set(policy, now);
    }
    Selections.Entry scope = null;
    if (decidesEgress(policy)) {
      Selector selector = Scope.ofPolicy(policy);
      scope = scopes.of(selector == null ? ALL : selector, now);
    }
    if (scope != entry.scope()) {
      leaveScope(entry);
      if (scope != null) {
        byScope.computeIfAbsent(scope, unused -> new LinkedHashSet<>()).add(entry);
        touched.addAll(scope.picked());
      }
      entry.setScope(scope);
    }
  }

  private static boolean decidesEgress(Policy policy) {
    return policy.governsEgress() && !policy.doNotTrack() && !policy.preDnat();
  }

  private void leaveScope(PolicyEntry entry) {
    Selections.Entry scope = entry.scope();
    if (scope != null) {
      touched.addAll(scope.picked());
      Set<PolicyEntry> sharing = Objects.requireNonNull(byScope.get(scope));
      sharing.remove(entry);
      if (sharing.isEmpty()) {
        byScope.remove(scope);
      }
      entry.setScope(null);
    }
  }

  /** Whether other policies may be for this endpoint than when {@link #policies} was asked. */
  boolean isTouched(Member endpoint) {
    return touched.contains(endpoint);
  }

  /** Says that the policies of all touched endpoints have been asked for. */
  void clearTouched() {
    touched.clear();
  }

  /** The policies that are for this endpoint, always in the same order. */
  List<PolicyEntry> policies(Member endpoint) {
    boolean workload = endpoint.object() instanceof Resource.WorkloadEndpoint;
    List<PolicyEntry> policies = new ArrayList<>();
    for (Selections.Entry scope : scopes.picking(endpoint)) {
      for (PolicyEntry entry : byScope.getOrDefault(scope, Set.of())) {
        if (workload || entry.policy().metadata().namespace().isEmpty()) {
          policies.add(entry);
        }
      }
    }
    policies.sort(Comparator.comparing(PolicyEntry::idText));
    return List.copyOf(policies);
  }
}
