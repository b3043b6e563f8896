// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Rule.Action;
import java.util.ArrayList;
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

  private Program(Builder builder) {
    int size = builder.steps.size();
    rules = new CompiledRule[size];
    actions = new int[size];
    decisions = new int[size];
    targets = new int[size];
    for (int i = 0; i < size; i++) {
      Step step = builder.steps.get(i);
      rules[i] = step.rule;
      actions[i] = step.action;
      decisions[i] = step.decision;
      targets[i] = step.target;
    }
  }

  boolean usesDomains() {
    for (CompiledRule rule : rules) {
      if (rule != null && rule.usesDomains()) {
        return true;
      }
    }
    return false;
  }

  /** The decision for this packet. */
  int evaluate(IpPacket packet, DomainMembership learnt, RuleLog log) {
    int at = 0;
    while (true) {
      CompiledRule rule = rules[at];
      if (rule == null || rule.matches(packet, learnt)) {
        int action = actions[at];
        if (action <= DENY) {
          return decisions[at];
        }
        if (action == PASS) {
          at = targets[at];
          continue;
        }
        log.onLogRule(decisions[at]);
      }
      at++;
    }
  }

  private static final class Step {
    final @Nullable CompiledRule rule;
    final int action;
    final int decision;
    int target;

    Step(@Nullable CompiledRule rule, int action, int decision) {
      this.rule = rule;
      this.action = action;
      this.decision = decision;
    }
  }

  /** Puts a program together, step by step. */
  static final class Builder {
    private final List<Step> steps = new ArrayList<>();
    private final List<Step> passing = new ArrayList<>();

    void rule(CompiledRule rule, Action action, int decision) {
      Step step =
          new Step(
              rule,
              switch (action) {
                case ALLOW -> Program.ALLOW;
                case DENY -> Program.DENY;
                case PASS -> Program.PASS;
                case LOG -> Program.LOG;
              },
              decision);
      steps.add(step);
      if (step.action == Program.PASS) {
        passing.add(step);
      }
    }

    /** Decides what has come this far. */
    void always(boolean allow, int decision) {
      steps.add(new Step(null, allow ? Program.ALLOW : Program.DENY, decision));
    }

    /** What passed since the last call goes on with the next step. */
    void endOfTier() {
      passing.forEach(step -> step.target = steps.size());
      passing.clear();
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
