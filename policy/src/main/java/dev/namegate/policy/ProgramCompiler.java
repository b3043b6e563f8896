// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Explanation.Kind;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.Tier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts the rules of the policies and profiles that apply to an endpoint into the order of
 * evaluation.
 *
 * <pre>
 *   tier by tier:   policy by policy:   rule by rule      Allow, Deny: decided
 *                                                         Pass: on to the next tier
 *                   end of tier: denied, unless no policy of the tier applies or the tier passes
 *   then            profile by profile: rule by rule
 *   then            denied; for what is forwarded through the host: allowed, and no profiles
 * </pre>
 *
 * <p>Staged policies are named and left out; or, in the pending program, put in the place of those
 * that they would replace.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class ProgramCompiler {
  private final Map<String, RuleBlock> profiles;
  private final Decisions decisions;
  private List<Tier> tiers = List.of();

  /** The programs of this compilation: a host may have the policies that its workloads have. */
  private final Map<LocalKey, Program> locals = new HashMap<>();

  private record LocalKey(List<PolicyEntry> policies, List<String> profiles, boolean pending) {
    // Written out: a record's own are made at run time, and a start would wait for that.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof LocalKey that
          && pending == that.pending
          && policies.equals(that.policies)
          && profiles.equals(that.profiles);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * policies.hashCode() + profiles.hashCode()) + Boolean.hashCode(pending);
    }
  }

  ProgramCompiler(Map<String, RuleBlock> profiles, Decisions decisions) {
    this.profiles = profiles;
    this.decisions = decisions;
  }

  /** Ends a compilation: nothing of it is used in the next one. */
  void forgetPrograms() {
    locals.clear();
  }

  /** Takes the tiers of these resources; whether anything about them has changed. */
  boolean setTiers(Resources resources) {
    List<Tier> old = tiers;
    tiers = tiers(resources);
    boolean same = old.size() == tiers.size();
    for (int i = 0; same && i < old.size(); i++) {
      same = Meaning.isSame(old.get(i), tiers.get(i));
    }
    return !same;
  }

  /** All tiers in order; those that policies name and nobody defined come last, by name. */
  private static List<Tier> tiers(Resources resources) {
    Map<String, Tier> byName = new LinkedHashMap<>();
    TierReader.BUILT_IN.forEach(tier -> byName.put(tier.metadata().name(), tier));
    resources.all(Tier.class).forEach(tier -> byName.put(tier.metadata().name(), tier));
    List<Tier> tiers = new ArrayList<>(byName.values());
    tiers.sort(ProgramCompiler::compareTiers);
    undefinedTiers(resources).stream()
        .sorted()
        .forEach(name -> tiers.add(TierReader.undefined(name)));
    return tiers;
  }

  /** The tiers that policies name and nobody defined. */
  static Set<String> undefinedTiers(Resources resources) {
    Set<String> undefined = new HashSet<>();
    resources.all(Policy.class).forEach(policy -> undefined.add(policy.tier()));
    resources.all(Tier.class).forEach(tier -> undefined.remove(tier.metadata().name()));
    TierReader.BUILT_IN.forEach(tier -> undefined.remove(tier.metadata().name()));
    return undefined;
  }

  /**
   * The program of what an endpoint opens, or a workload sends; one for all that have the same
   * policies and profiles, until {@link #forgetPrograms}.
   *
   * @param pending whether the staged policies count
   */
  Program local(List<PolicyEntry> policies, List<String> profileNames, boolean pending) {
    LocalKey key = new LocalKey(policies, profileNames, pending);
    Program known = locals.get(key);
    if (known == null) {
      known = newLocal(policies, profileNames, pending);
      locals.put(key, known);
    }
    return known;
  }

  private Program newLocal(List<PolicyEntry> policies, List<String> profileNames, boolean pending) {
    Program.Builder program = new Program.Builder();
    addTiers(program, policies, pending);
    profileNames.forEach(name -> addProfile(program, name));
    always(program, Kind.DEFAULT, "no policy or profile allows", false);
    return program.build();
  }

  /** The program of what is forwarded out of a host endpoint. */
  Program forward(List<PolicyEntry> policies, boolean pending) {
    Program.Builder program = new Program.Builder();
    addTiers(program, policies, pending);
    always(program, Kind.DEFAULT, "no policy denies forwarding", true);
    return program.build();
  }

  private void always(Program.Builder program, Kind kind, String text, boolean allow) {
    program.always(kind, text, allow, decisions.id(text, allow));
  }

  private void addTiers(Program.Builder program, List<PolicyEntry> policies, boolean pending) {
    Predicate<PolicyEntry> counts = pending ? PolicyEntry::isPending : PolicyEntry::isEnforced;
    Map<String, List<PolicyEntry>> byTier = new HashMap<>();
    for (PolicyEntry entry : policies) {
      byTier.computeIfAbsent(entry.policy().tier(), tier -> new ArrayList<>()).add(entry);
    }
    for (Tier tier : tiers) {
      List<PolicyEntry> inTier = byTier.getOrDefault(tier.metadata().name(), List.of());
      addTier(
          program, tier, inTier.stream().sorted(ProgramCompiler::comparePolicies).toList(), counts);
      program.endOfTier();
    }
  }

  private void addTier(
      Program.Builder program,
      Tier tier,
      List<PolicyEntry> policies,
      Predicate<PolicyEntry> counts) {
    String name = tier.metadata().name();
    boolean applies = policies.stream().anyMatch(counts);
    program.heading(Kind.TIER, name, tierOutcome(applies, policies.isEmpty()));
    for (PolicyEntry entry : policies) {
      boolean counted = counts.test(entry);
      program.heading(Kind.POLICY, PolicyEntry.title(entry.policy()), outcome(entry, counted));
      if (counted) {
        program.rules(entry.rules().steps());
      }
    }
    if (applies && tier.passesByDefault()) {
      program.heading(Kind.END_OF_TIER, "end of tier " + name, "Pass");
    } else if (applies) {
      always(program, Kind.END_OF_TIER, "end of tier " + name, false);
    }
  }

  private static String tierOutcome(boolean applies, boolean empty) {
    if (applies) {
      return "applies";
    }
    return empty ? "no policy is for this endpoint" : "none of its policies counts";
  }

  private static String outcome(PolicyEntry entry, boolean counted) {
    StagedAction staged = entry.policy().staged();
    if (staged != null) {
      return "staged (" + staged + "), " + (counted ? "as if enforced" : "not enforced");
    }
    Policy replacement = entry.replacement();
    if (counted || replacement == null) {
      return "applies";
    }
    return (replacement.staged() == StagedAction.DELETE ? "deleted by " : "replaced by ")
        + PolicyEntry.title(replacement);
  }

  private void addProfile(Program.Builder program, String name) {
    RuleBlock profile = profiles.get(name);
    if (profile == null) {
      always(program, Kind.PROFILE, "profile " + name + " does not exist", false);
      return;
    }
    program.heading(Kind.PROFILE, name, "applies");
    program.rules(profile.steps());
  }

  // Comparator.comparing and its like make a class for each use at run time; a start would wait.

  private static int comparePolicies(PolicyEntry one, PolicyEntry other) {
    int byOrder = Double.compare(one.policy().order(), other.policy().order());
    return byOrder != 0 ? byOrder : one.orderKey().compareTo(other.orderKey());
  }

  private static int compareTiers(Tier one, Tier other) {
    int byOrder = Double.compare(one.order(), other.order());
    return byOrder != 0 ? byOrder : one.metadata().name().compareTo(other.metadata().name());
  }
}
