// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Profile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one compilation leaves for the next.
 *
 * <pre>
 *   objects ─► Population ─► Selections (what rules' selectors pick) ─► RuleBlock  (rules in numbers)
 *          └─► PolicyBook (which policies are for which endpoint)  ──┐      │
 *                                                                    └──► Programs ─► CompiledPolicy
 * </pre>
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class CompilerState {
  private final String node;
  private final LocalEndpoints localEndpoints;
  private final DomainSets domainSets = new DomainSets();
  private final Decisions decisions = new Decisions();
  private final Population population = new Population();
  private final Selections selections = new Selections();
  private final RuleCompiler ruleCompiler = new RuleCompiler(selections, domainSets);
  private final PolicyBook policies = new PolicyBook();
  private final Map<String, Profile> profiles = new TreeMap<>();
  private final Map<String, RuleBlock> profileRules = new HashMap<>();
  private final ProgramCompiler programCompiler = new ProgramCompiler(profileRules, decisions);
  private final Map<Programs.Key, Programs> programs = new HashMap<>();
  private Map<Member, Programs> byEndpoint = new HashMap<>();
  private List<Set<DomainPattern>> indexedSets = List.of();
  private NameIndex names = new NameIndex(indexedSets);
  private long now;
  private long orderChangedAt;
  private long programsBuilt;

  CompilerState(String node) {
    this.node = node;
    this.localEndpoints = new LocalEndpoints(node);
  }

  IncrementalCompiler.Work work() {
    return new IncrementalCompiler.Work(
        policies.scopes().comparisons(),
        selections.comparisons(),
        ruleCompiler.compiled(),
        programsBuilt);
  }

  CompiledPolicy compile(Resources resources) {
    now++;
    updateProfiles(resources);
    population.update(resources, profiles, this::replace);
    policies.update(resources, now);
    if (programCompiler.setTiers(resources)) {
      orderChangedAt = now;
    }
    CompilerWarnings warnings = new CompilerWarnings();
    List<Resource> used = localEndpoints.used(resources, warnings::endpointNotUsed);
    List<Programs> ofEndpoints = programs(used);
    forgetUnused();
    warn(resources, used, warnings);
    return result(used, ofEndpoints, warnings);
  }

  private void replace(@Nullable Member old, @Nullable Member next) {
    selections.replace(old, next, now);
    Member oldLocal = old != null && localEndpoints.isLocal(old.object()) ? old : null;
    Member nextLocal = next != null && localEndpoints.isLocal(next.object()) ? next : null;
    if (oldLocal != null || nextLocal != null) {
      policies.scopes().replace(oldLocal, nextLocal, now);
    }
  }

  private void updateProfiles(Resources resources) {
    Map<String, Profile> latest = new HashMap<>();
    latest.put(ProfileReader.DEFAULT_ALLOW.metadata().name(), ProfileReader.DEFAULT_ALLOW);
    resources.all(Profile.class).forEach(profile -> latest.put(profile.metadata().name(), profile));
    latest.forEach(
        (name, profile) -> {
          if (!Meaning.isSame(profiles.put(name, profile), profile)) {
            profileRules
                .computeIfAbsent(name, unused -> new RuleBlock("", false))
                .set("profile " + name, profile.egress());
          }
        });
    if (profiles.keySet().retainAll(latest.keySet())) {
      orderChangedAt = now;
    }
    profileRules.keySet().retainAll(latest.keySet());
  }

  /** The programs of each endpoint, up to date. */
  private List<Programs> programs(List<Resource> endpoints) {
    Map<Member, Programs> latest = new HashMap<>();
    List<Programs> ofEndpoints = new ArrayList<>(endpoints.size());
    try {
      for (Resource endpoint : endpoints) {
        Member member = population.member(endpoint.id());
        Programs known = policies.isTouched(member) ? null : byEndpoint.get(member);
        Programs found = known != null ? known : find(member);
        latest.put(member, found);
        ofEndpoints.add(found);
        if (found.use(now) && found.refresh(programCompiler, changedAt(found.key()), now)) {
          programsBuilt++;
        }
      }
    } finally {
      programCompiler.forgetPrograms();
    }
    policies.clearTouched();
    byEndpoint = latest;
    programs.values().removeIf(each -> !each.isUsed(now));
    return ofEndpoints;
  }

  private Programs find(Member member) {
    Resource object = member.object();
    return programs.computeIfAbsent(
        new Programs.Key(
            object instanceof Resource.HostEndpoint,
            policies.policies(member),
            LocalEndpoints.profiles(object)),
        Programs::new);
  }

  /** Brings what programs are made of up to date; when any of it last changed. */
  private long changedAt(Programs.Key key) {
    long changedAt = orderChangedAt;
    for (PolicyEntry entry : key.policies()) {
      changedAt = Math.max(changedAt, entry.changedAt());
      if (entry.isEnforced() || entry.isPending()) {
        changedAt = Math.max(changedAt, entry.rules().refresh(ruleCompiler, decisions, now));
      }
    }
    for (String name : key.profiles()) {
      RuleBlock profile = profileRules.get(name);
      if (profile != null) {
        changedAt = Math.max(changedAt, profile.refresh(ruleCompiler, decisions, now));
      }
    }
    return changedAt;
  }

  private void forgetUnused() {
    BitSet usedSets = new BitSet();
    BitSet usedDecisions = new BitSet();
    policies.entries().forEach(e -> e.rules().markOrForget(now, usedSets, usedDecisions));
    profileRules.values().forEach(block -> block.markOrForget(now, usedSets, usedDecisions));
    for (Programs each : programs.values()) {
      Programs.Set set = each.set();
      for (Program program :
          List.of(set.local(), set.forward(), set.pending(), set.pendingForward())) {
        program.markDefaults(usedDecisions);
      }
    }
    domainSets.retain(usedSets);
    decisions.retain(usedDecisions);
    selections.retainUsed(now);
  }

  private void warn(Resources resources, List<Resource> endpoints, CompilerWarnings warnings) {
    endpoints.forEach(endpoint -> warnings.ofProfiles(endpoint, profiles.keySet()));
    warnings.ofTiers(resources);
    warnings.ofPorts(
        resources,
        policies.entries().stream()
            .filter(entry -> entry.rules().isUsed(now))
            .map(entry -> entry.policy().id())
            .collect(Collectors.toCollection(HashSet::new)));
    if (endpoints.isEmpty()) {
      warnings.noEndpoint(resources, node);
    }
  }

  private CompiledPolicy result(
      List<Resource> used, List<Programs> ofEndpoints, CompilerWarnings warnings) {
    List<Endpoint> endpoints = new ArrayList<>(used.size());
    for (int i = 0; i < used.size(); i++) {
      endpoints.add(LocalEndpoints.endpoint(i, used.get(i), ofEndpoints.get(i).set()));
    }
    List<Set<DomainPattern>> sets = domainSets.all();
    if (!sets.equals(indexedSets)) {
      names = new NameIndex(sets);
      indexedSets = sets;
    }
    return new CompiledPolicy(
        endpoints,
        ofEndpoints.stream().map(Programs::set).toArray(Programs.Set[]::new),
        names,
        indexedSets,
        decisions.texts(),
        warnings.sorted());
  }
}
