// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * One thing that is measured of every variant that it is meant for.
 *
 * @param name unique within a contest
 * @param about a sentence for the report
 * @param baselines names of the variants that the others are divided by
 * @param meantFor which variants take part
 * @param often how many of a contest's rounds it is part of
 * @param action one round of it
 */
record Scenario(
    String name,
    String about,
    List<String> baselines,
    Predicate<Variant> meantFor,
    Often often,
    BiFunction<Bed, Variant, Outcome> action) {

  /** What a target leans on is measured more often. */
  enum Often {
    EVERY_ROUND,
    /** The first, the third … */
    EVERY_OTHER_ROUND,
    /** What takes long, and is the same in each. */
    FIRST_ROUND;

    boolean isIn(int round) {
      return switch (this) {
        case EVERY_ROUND -> true;
        case EVERY_OTHER_ROUND -> round % 2 == 1;
        case FIRST_ROUND -> round == 1;
      };
    }
  }

  /** Of all variants, in every round. */
  static Scenario of(
      String name, String about, List<String> baselines, BiFunction<Bed, Variant, Outcome> action) {
    return new Scenario(name, about, baselines, variant -> true, Often.EVERY_ROUND, action);
  }

  /** The same for fewer variants. */
  Scenario onlyFor(Predicate<Variant> fewer) {
    return new Scenario(name, about, baselines, meantFor.and(fewer), often, action);
  }

  /** The same, with the others divided by these. */
  Scenario against(String... variants) {
    return new Scenario(name, about, List.of(variants), meantFor, often, action);
  }

  /** The same, so often. */
  Scenario in(Often rounds) {
    return new Scenario(name, about, baselines, meantFor, rounds, action);
  }
}
