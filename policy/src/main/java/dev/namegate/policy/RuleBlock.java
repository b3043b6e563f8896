// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Rule.Action;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The egress rules of one policy or profile, compiled when a program needs them and then kept: a
 * rule is compiled again only if it says something else, or if a selector of it picks something
 * else.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class RuleBlock {
  private final String namespace;
  private final boolean ofPolicy;
  private String owner = "";
  private List<Rule> rules = List.of();
  private boolean changed = true;
  private List<RuleCompiler.Result> results = List.of();
  private List<Step> steps = List.of();
  private long refreshedAt = -1;
  private long changedAt;

  /**
   * A rule in the order of evaluation.
   *
   * @param index in the policy or profile
   */
  record Step(CompiledRule rule, Action action, int index, int decision) {}

  RuleBlock(String namespace, boolean ofPolicy) {
    this.namespace = namespace;
    this.ofPolicy = ofPolicy;
  }

  /** What it holds from now on; {@code owner} begins the texts of its decisions. */
  void set(String owner, List<Rule> rules) {
    this.owner = owner;
    this.rules = rules;
    changed = true;
  }

  /** Brings it up to date and says that a program needs it; returns when it last changed. */
  long refresh(RuleCompiler compiler, Decisions decisions, long now) {
    if (refreshedAt == now) {
      return changedAt;
    }
    refreshedAt = now;
    List<RuleCompiler.Result> refreshed = new ArrayList<>(rules.size());
    for (int i = 0; i < rules.size(); i++) {
      refreshed.add(refreshed(i, compiler, now));
    }
    if (changed) {
      results = refreshed;
      steps = steps(decisions);
      changed = false;
      changedAt = now;
    }
    return changedAt;
  }

  private RuleCompiler.Result refreshed(int index, RuleCompiler compiler, long now) {
    Rule rule = rules.get(index);
    if (index < results.size()) {
      RuleCompiler.Result known = results.get(index);
      if (!known.isStale() && Meaning.isSame(known.rule(), rule)) {
        known.use(now);
        return known;
      }
    }
    changed = true;
    return compiler.compile(rule, namespace, ofPolicy, now);
  }

  private List<Step> steps(Decisions decisions) {
    List<Step> steps = new ArrayList<>(rules.size());
    for (int i = 0; i < rules.size(); i++) {
      Action action = rules.get(i).action();
      steps.add(new Step(results.get(i).compiled(), action, i, decisions.ofRule(owner, i, action)));
    }
    return steps;
  }

  /** Marks what its rules refer to; forgets them if no program needed them at this time. */
  void markOrForget(long now, BitSet domainSets, BitSet decisions) {
    if (refreshedAt != now) {
      results = List.of();
      steps = List.of();
      changed = true;
      return;
    }
    for (Step step : steps) {
      step.rule().markDomainSets(domainSets);
      Decisions.mark(step.decision(), decisions);
    }
  }

  /** Whether a program needed it at this time. */
  boolean isUsed(long now) {
    return refreshedAt == now;
  }

  /** The rules as {@link #refresh} compiled them. */
  List<Step> steps() {
    return steps;
  }
}
