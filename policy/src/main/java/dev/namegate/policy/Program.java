// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Explanation.Kind;
import dev.namegate.policy.Rule.Action;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint's flows are judged by: steps in the order of evaluation, the last of which
 * always decides. Endpoints with the same policies and profiles share one.
 *
 * <p><b>Threading:</b> immutable.
 */
@HotPath
final class Program {
  private static final int ALLOW = 0;
  private static final int DENY = 1;
  private static final int PASS = 2;
  private static final int LOG = 3;

  /** The criteria of each step; null matches every packet. */
  private final @Nullable CompiledRule[] rules;

  /** What each step does with what it matches. */
  private final int[] actions;

  /** The decision that each step stands for. */
  private final int[] decisions;

  /** Where a step that passes goes on. */
  private final int[] targets;

  /** The index of each step's rule in its policy or profile. */
  private final int[] indexes;

  private final StepIndex index;
  private final CacheableSteps cacheable;
  private final CandidatePorts candidates;

  /** What stands between the rules, for a reader, in order. */
  private final List<Heading> headings;

  /**
   * Something on the way that is no rule.
   *
   * @param at the step that it stands before, or is itself
   * @param tier the count of tiers before
   */
  private record Heading(int at, int tier, Kind kind, String name, String outcome) {}

  private Program(Builder builder) {
    int size = builder.steps.size();
    rules = new CompiledRule[size];
    actions = new int[size];
    decisions = new int[size];
    targets = new int[size];
    indexes = new int[size];
    for (int i = 0; i < size; i++) {
      Step step = builder.steps.get(i);
      rules[i] = step.rule;
      actions[i] = step.action;
      decisions[i] = step.decision;
      targets[i] = step.target;
      indexes[i] = step.index;
    }
    index = new StepIndex(rules);
    boolean[] logs = new boolean[size];
    for (int i = 0; i < size; i++) {
      logs[i] = actions[i] == LOG;
    }
    cacheable = new CacheableSteps(rules, logs, decisions);
    candidates = new CandidatePorts(rules);
    headings = List.copyOf(builder.headings);
  }

  boolean usesDomains() {
    for (CompiledRule rule : rules) {
      if (rule != null && rule.usesDomains()) {
        return true;
      }
    }
    return false;
  }

  /** Marks the decisions that no rule takes. */
  void markDefaults(BitSet used) {
    for (int i = 0; i < rules.length; i++) {
      if (rules[i] == null) {
        Decisions.mark(decisions[i], used);
      }
    }
  }

  /** The decision for this packet. */
  int evaluate(IpPacket packet, DomainMembership learnt, RuleLog log) {
    int place = 0;
    // No filed step before this one can match; whether this one can is asked when it is reached.
    int filed = index.firstFiled();
    boolean known = false;
    while (true) {
      int at = index.always(place);
      if (filed < at) {
        if (!known) {
          known = true;
          filed = index.nextFiled(filed, packet, learnt);
          continue;
        }
        at = filed;
        filed = at + 1;
        known = false;
      } else {
        place++;
      }
      CompiledRule rule = rules[at];
      if (rule == null || rule.matches(packet, learnt)) {
        int action = actions[at];
        if (action <= DENY) {
          return decisions[at];
        }
        if (action == PASS) {
          place = index.placeOf(targets[at]);
          filed = Math.max(filed, targets[at]);
          known = false;
        } else {
          log.onLogRule(decisions[at]);
        }
      }
    }
  }

  /**
   * Whether this decision about the packet holds for every packet with the same protocol,
   * destination and destination port, as long as what is learnt now stays learnt.
   *
   * @param sourceInKey whether it need hold only for those from the same source address
   */
  boolean isCacheable(int decision, IpPacket packet, boolean sourceInKey) {
    int step = cacheable.stepOf(decision);
    return step >= 0 && cacheable.isCacheable(step, packet, sourceInKey);
  }

  /** How long what is learnt leads to this decision, which was taken about the packet now. */
  long lifetimeNs(int decision, IpPacket packet, DomainLifetimes learnt) {
    int step = cacheable.stepOf(decision);
    CompiledRule rule = step < 0 ? null : rules[step];
    return rule == null ? CompiledPolicy.NO_EXPIRY : rule.lifetimeNs(packet, learnt);
  }

  /** Where flows go that follow the lookup of a name with these memberships. */
  int candidatePorts(DomainMembership learnt, int[] into) {
    return candidates.of(learnt, into);
  }

  /** The decision, as {@link #evaluate} takes it, and every step on the way to it. */
  int explain(Comparer comparer, List<Explanation.Step> steps) {
    int heading = 0;
    int at = 0;
    while (true) {
      heading = addHeadings(heading, at, steps);
      CompiledRule rule = rules[at];
      if (rule == null) {
        return decisions[at];
      }
      boolean matches = rule.matches(comparer.packet(), comparer.learnt());
      String outcome = matches ? rule.rule().action().toString() : "no match";
      steps.add(
          new Explanation.Step(
              Kind.RULE, "egress[" + indexes[at] + "]", outcome, comparer.compare(rule)));
      if (matches && actions[at] <= DENY) {
        return decisions[at];
      }
      if (matches && actions[at] == PASS) {
        heading = endOfTier(heading);
        at = targets[at];
      } else {
        at++;
      }
    }
  }

  private int addHeadings(int from, int at, List<Explanation.Step> steps) {
    int next = from;
    while (next < headings.size() && headings.get(next).at <= at) {
      Heading heading = headings.get(next);
      steps.add(new Explanation.Step(heading.kind, heading.name, heading.outcome, List.of()));
      next++;
    }
    return next;
  }

  /** The first heading behind the tier of the one before this. */
  private int endOfTier(int next) {
    int tier = headings.get(next - 1).tier;
    int behind = next;
    while (behind < headings.size() && headings.get(behind).tier == tier) {
      behind++;
    }
    return behind;
  }

  private static final class Step {
    final @Nullable CompiledRule rule;
    final int action;
    final int index;
    final int decision;
    int target;

    Step(@Nullable CompiledRule rule, int action, int index, int decision) {
      this.rule = rule;
      this.action = action;
      this.index = index;
      this.decision = decision;
    }
  }

  /** Puts a program together, step by step. */
  static final class Builder {
    private final List<Step> steps = new ArrayList<>();
    private final List<Step> passing = new ArrayList<>();
    private final List<Heading> headings = new ArrayList<>();
    private int tier;

    /** Adds what only a reader sees. */
    void heading(Kind kind, String name, String outcome) {
      headings.add(new Heading(steps.size(), tier, kind, name, outcome));
    }

    void rules(List<RuleBlock.Step> rules) {
      for (RuleBlock.Step rule : rules) {
        Step step = new Step(rule.rule(), number(rule.action()), rule.index(), rule.decision());
        steps.add(step);
        if (step.action == Program.PASS) {
          passing.add(step);
        }
      }
    }

    private static int number(Action action) {
      return switch (action) {
        case ALLOW -> Program.ALLOW;
        case DENY -> Program.DENY;
        case PASS -> Program.PASS;
        case LOG -> Program.LOG;
      };
    }

    /** Decides what has come this far. */
    void always(Kind kind, String name, boolean allow, int decision) {
      heading(kind, name, allow ? "Allow" : "Deny");
      steps.add(new Step(null, allow ? Program.ALLOW : Program.DENY, -1, decision));
    }

    /** What passed since the last call goes on with the next step. */
    void endOfTier() {
      for (Step step : passing) {
        step.target = steps.size();
      }
      passing.clear();
      tier++;
    }

    /** The program; its last step has to decide always. */
    Program build() {
      Step last = steps.get(steps.size() - 1);
      if (last.rule != null || last.action > Program.DENY || !passing.isEmpty()) {
        throw new IllegalStateException("the last step has to decide");
      }
      return new Program(this);
    }
  }
}
