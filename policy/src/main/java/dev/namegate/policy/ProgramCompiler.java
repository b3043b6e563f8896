// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Resource.Tier;
import dev.namegate.policy.Rule.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
 */
final class ProgramCompiler {
  private static final Comparator<Policy> POLICY_ORDER =
      Comparator.comparingDouble(Policy::order).thenComparing(ProgramCompiler::orderKey);
  private static final Comparator<Tier> TIER_ORDER =
      Comparator.comparingDouble(Tier::order).thenComparing(tier -> tier.metadata().name());

  private final List<Tier> tiers;
  private final Map<String, Profile> profiles;
  private final RuleCompiler ruleCompiler;
  private final Decisions decisions;
  private final Map<ResourceId, List<Step>> steps = new HashMap<>();
  private final Map<List<Object>, Program> programs = new HashMap<>();

  /** A rule of a policy or a profile, compiled once however many endpoints it is for. */
  private record Step(CompiledRule rule, Action action, int decision) {}

  ProgramCompiler(
      Resources resources,
      Map<String, Profile> profiles,
      RuleCompiler ruleCompiler,
      Decisions decisions) {
    this.tiers = tiers(resources);
    this.profiles = profiles;
    this.ruleCompiler = ruleCompiler;
    this.decisions = decisions;
  }

  private static String orderKey(Policy policy) {
    ResourceId id = policy.id();
    return id.name() + "/" + id.namespace() + "/" + id.kind();
  }

  /** All tiers in order; those that policies name and nobody defined come last, by name. */
  private static List<Tier> tiers(Resources resources) {
    Map<String, Tier> byName = new LinkedHashMap<>();
    TierReader.BUILT_IN.forEach(tier -> byName.put(tier.metadata().name(), tier));
    resources.all(Tier.class).forEach(tier -> byName.put(tier.metadata().name(), tier));
    List<Tier> tiers = new ArrayList<>(byName.values());
    tiers.sort(TIER_ORDER);
    resources.all(Policy.class).stream()
        .map(Policy::tier)
        .distinct()
        .filter(name -> !byName.containsKey(name))
        .sorted()
        .forEach(name -> tiers.add(TierReader.undefined(name)));
    return tiers;
  }

  /** The program of what an endpoint opens, or a workload sends. */
  Program local(List<Policy> policies, List<String> profileNames) {
    return programs.computeIfAbsent(
        List.of("local", ids(policies), profileNames),
        key -> {
          Program.Builder program = new Program.Builder();
          addTiers(program, policies);
          profileNames.forEach(name -> addProfile(program, name));
          program.always(false, decisions.id("no policy or profile allows", false));
          return program.build();
        });
  }

  /** The program of what is forwarded out of a host endpoint. */
  Program forward(List<Policy> policies) {
    return programs.computeIfAbsent(
        List.of("forward", ids(policies)),
        key -> {
          Program.Builder program = new Program.Builder();
          addTiers(program, policies);
          program.always(true, decisions.id("no policy denies forwarding", true));
          return program.build();
        });
  }

  private void addTiers(Program.Builder program, List<Policy> policies) {
    for (Tier tier : tiers) {
      String name = tier.metadata().name();
      List<Policy> inTier =
          policies.stream()
              .filter(policy -> policy.tier().equals(name))
              .sorted(POLICY_ORDER)
              .toList();
      inTier.forEach(policy -> addPolicy(program, policy));
      if (!inTier.isEmpty() && !tier.passesByDefault()) {
        program.always(false, decisions.id("end of tier " + name, false));
      }
      program.endOfTier();
    }
  }

  private static Set<ResourceId> ids(List<Policy> policies) {
    return policies.stream().map(Policy::id).collect(Collectors.toSet());
  }

  private void addPolicy(Program.Builder program, Policy policy) {
    add(
        program,
        steps.computeIfAbsent(
            policy.id(),
            id ->
                steps(
                    policy.egress(),
                    ruleCompiler.compile(policy),
                    index -> decisions.ofRule(policy, index))));
  }

  private void addProfile(Program.Builder program, String name) {
    Profile profile = profiles.get(name);
    if (profile == null) {
      program.always(false, decisions.id("profile " + name + " does not exist", false));
      return;
    }
    add(
        program,
        steps.computeIfAbsent(
            profile.id(),
            id ->
                steps(
                    profile.egress(),
                    ruleCompiler.compile(profile),
                    index -> decisions.ofProfileRule(profile, index))));
  }

  private static List<Step> steps(
      List<Rule> rules, List<CompiledRule> compiled, IntUnaryOperator decision) {
    return IntStream.range(0, rules.size())
        .mapToObj(i -> new Step(compiled.get(i), rules.get(i).action(), decision.applyAsInt(i)))
        .toList();
  }

  private static void add(Program.Builder program, List<Step> steps) {
    steps.forEach(step -> program.rule(step.rule(), step.action(), step.decision()));
  }

  /** The tiers that policies name and nobody defined. */
  static Set<String> undefinedTiers(Resources resources) {
    Set<String> undefined = new HashSet<>();
    resources.all(Policy.class).forEach(policy -> undefined.add(policy.tier()));
    resources.all(Tier.class).forEach(tier -> undefined.remove(tier.metadata().name()));
    TierReader.BUILT_IN.forEach(tier -> undefined.remove(tier.metadata().name()));
    return undefined;
  }
}
