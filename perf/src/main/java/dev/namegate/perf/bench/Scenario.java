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
 * @param action one round of it
 */
record Scenario(
    String name,
    String about,
    List<String> baselines,
    Predicate<Variant> meantFor,
    BiFunction<Bed, Variant, Outcome> action) {}
