// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of one flow to its decision.
 *
 * @param endpoint whose policy decided
 * @param steps in the order in which they were taken; the last one decided
 * @param allow the decision
 * @param decidedBy as {@link CompiledPolicy#describe} says it
 * @param pending the way it would take were the staged policies enforced; null if none of them
 *     would make a difference to this endpoint
 */
public record Explanation(
    Endpoint endpoint,
    List<Step> steps,
    boolean allow,
    String decidedBy,
    @Nullable Explanation pending) {
  /** Keeps a copy of the steps. */
  public Explanation {
    steps = List.copyOf(steps);
  }

  /** What a step is. */
  public enum Kind {
    /** A tier is entered, or left out because no policy of it is for the endpoint. */
    TIER,
    /** A policy of the tier; its rules follow, unless it is staged. */
    POLICY,
    /** A rule of the policy or profile above. */
    RULE,
    /** What reached the end of the tier. */
    END_OF_TIER,
    /** A profile; its rules follow. */
    PROFILE,
    /** What neither policy nor profile decided. */
    DEFAULT
  }

  /**
   * One step of the way.
   *
   * @param name {@code default}, {@code NetworkPolicy shop/web}, {@code egress[1]}
   * @param outcome {@code Allow}, {@code no match}, {@code staged, not enforced}
   * @param comparisons what a rule compared; empty for other steps and for a rule without criteria
   */
  public record Step(Kind kind, String name, String outcome, List<Comparison> comparisons) {
    /** Keeps a copy of the comparisons. */
    public Step {
      comparisons = List.copyOf(comparisons);
    }
  }

  /**
   * One criterion of a rule beside what the flow has.
   *
   * @param criterion {@code protocol}, {@code destination.domains}
   * @param wanted as the policy has it
   * @param actual what the flow has
   * @param matched whether the criterion holds; of {@code notNets}, whether the address is in none
   * @param via what made the comparison so: the learnt name and the pattern, the endpoint or set
   *     and its net; may be empty
   */
  public record Comparison(
      String criterion, String wanted, String actual, boolean matched, String via) {}
}
