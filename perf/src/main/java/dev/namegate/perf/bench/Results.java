// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** All that a run measured, and what it could not measure. */
final class Results {
  private final List<Contest> contests = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private String microbenchmarks = "";

  void add(Contest contest) {
    contests.add(contest);
  }

  /** A contest that failed: none of its figures counts. */
  void addFailure(String part, String why) {
    failures.add(part + ": " + why);
  }

  void addMicrobenchmarks(String table) {
    microbenchmarks = table;
  }

  /** JMH's table; empty when they were not run. */
  String microbenchmarks() {
    return microbenchmarks;
  }

  List<Contest> contests() {
    return contests;
  }

  /** A sentence for each contest that failed. */
  List<String> failures() {
    return failures;
  }

  /** Whether that was to be measured: its contest failed, or has such a scenario. */
  boolean isWanted(Figure figure) {
    return failures.stream().anyMatch(failure -> failure.startsWith(figure.part() + ":"))
        || contests.stream()
            .filter(contest -> contest.part().equals(figure.part()))
            .flatMap(contest -> contest.scenarios().stream())
            .anyMatch(scenario -> scenario.name().equals(figure.scenario()));
  }

  /** The median, or nothing when that was not measured. */
  OptionalDouble value(String part, String scenario, String variant, Metric metric) {
    return contests.stream()
        .filter(contest -> contest.part().equals(part))
        .map(contest -> contest.results().getOrDefault(scenario, Map.of()).get(variant))
        .filter(series -> series != null)
        .findFirst()
        .map(series -> series.of(metric))
        .orElse(OptionalDouble.empty());
  }

  /** The one divided by the other, or nothing when one of them was not measured. */
  static OptionalDouble ratio(OptionalDouble of, OptionalDouble by) {
    return of.isPresent() && by.isPresent() && by.getAsDouble() != 0
        ? OptionalDouble.of(of.getAsDouble() / by.getAsDouble())
        : OptionalDouble.empty();
  }

  /** Every ratio of medians to a baseline, by {@code part/scenario/variant/metric/baseline}. */
  Map<String, Double> ratios() {
    Map<String, Double> ratios = new TreeMap<>();
    for (Contest contest : contests) {
      for (Scenario scenario : contest.scenarios()) {
        Map<String, Series> series = contest.results().getOrDefault(scenario.name(), Map.of());
        for (String variant : series.keySet()) {
          for (String baseline : scenario.baselines()) {
            ratios(contest.part(), scenario.name(), variant, baseline, ratios);
          }
        }
      }
    }
    return ratios;
  }

  private void ratios(
      String part, String scenario, String variant, String baseline, Map<String, Double> into) {
    if (variant.equals(baseline)) {
      return;
    }
    for (Metric metric : Metric.values()) {
      if (metric.hasRatio()) {
        OptionalDouble ratio =
            ratio(value(part, scenario, variant, metric), value(part, scenario, baseline, metric));
        String key = String.join("/", part, scenario, variant, metric.key(), baseline);
        ratio.ifPresent(value -> into.put(key, value));
      }
    }
  }
}
