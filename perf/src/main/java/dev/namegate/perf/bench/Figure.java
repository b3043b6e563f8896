// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.OptionalDouble;

/**
 * One median of a run.
 *
 * @param part the contest
 * @param scenario the scenario
 * @param variant the variant
 * @param metric what is told of it
 */
record Figure(String part, String scenario, String variant, Metric metric) {
  /** Written {@code part/scenario}. */
  static Figure of(String where, String variant, Metric metric) {
    int slash = where.indexOf('/');
    return new Figure(where.substring(0, slash), where.substring(slash + 1), variant, metric);
  }

  /** The same figure of another variant. */
  Figure of(String other) {
    return new Figure(part, scenario, other, metric);
  }

  /** What was measured, or nothing. */
  OptionalDouble in(Results results) {
    return results.value(part, scenario, variant, metric);
  }
}
