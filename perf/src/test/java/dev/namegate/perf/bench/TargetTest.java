// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.perf.bench.Target.Bound;
import dev.namegate.perf.bench.Target.How;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TargetTest {
  private static final Figure MINE = new Figure("part", "scenario", "mine", Metric.RELOAD_MS);

  @TempDir private Path directory;

  /** A contest of that name in which each variant reached that. */
  private static Results results(String part, String scenario, Map<String, Double> reached) {
    Map<String, Series> series = new LinkedHashMap<>();
    reached.forEach(
        (variant, value) -> {
          Series measured = new Series();
          measured.add(Outcome.value(Metric.RELOAD_MS, value));
          series.put(variant, measured);
        });
    Scenario measured =
        Scenario.of(scenario, "about", List.of("theirs"), (bed, variant) -> Outcome.rate(1));
    Contest contest = new Contest(part, List.of(), List.of(measured));
    contest.results().put(scenario, series);
    Results results = new Results();
    results.add(contest);
    return results;
  }

  private static double reached(Target target, Map<String, Double> figures) {
    return target.reached(results("part", "scenario", figures)).orElseThrow();
  }

  @Test
  void aValueIsComparedWithItsLimit() {
    Target target = Target.most("", MINE, 500);
    assertEquals(400, reached(target, Map.of("mine", 400.0)));
    assertTrue(target.holds(500));
    assertFalse(target.holds(501));
  }

  @Test
  void aRatioIsOfTheBaseline() {
    Target target = Target.least("", MINE, "theirs", 1.1);
    assertEquals(1.5, reached(target, Map.of("mine", 3.0, "theirs", 2.0)));
    assertTrue(target.holds(1.1));
    assertFalse(target.holds(1.0));
  }

  @Test
  void whatIsAddedIsOverNoEnforcement() {
    Target target = new Target("", MINE, MINE.of("theirs"), How.RATIO_OF_ADDED, Bound.AT_MOST, 0.4);
    assertEquals(0.25, reached(target, Map.of("none", 10.0, "mine", 11.0, "theirs", 14.0)));
  }

  @Test
  void aDifferenceIsInMicroseconds() {
    Target target = new Target("", MINE, MINE.of("theirs"), How.DIFFERENCE, Bound.AT_MOST, 2);
    assertEquals(1.5, reached(target, Map.of("mine", 24_500.0, "theirs", 23_000.0)));
  }

  @Test
  void whatWasNotMeasuredIsNotReached() {
    Target target = Target.most("", MINE, MINE.of("theirs"), 1);
    assertEquals(OptionalDouble.empty(), target.reached(results("part", "scenario", Map.of())));
  }

  /**
   * Each target must speak of what its part measures: a name that is misspelt would never be
   * reached.
   */
  @Test
  void everyTargetNamesAContestAScenarioAndAVariantThatAWholeRunHas() {
    Settings whole = Settings.whole("none", Map.of());
    List<Contest> contests = new ArrayList<>(BenchCommand.all(whole));
    for (Target target : Targets.all()) {
      check(contests, target.of());
      if (target.by() != null && !target.by().variant().equals("opensnitch")) {
        check(contests, target.by());
      }
    }
  }

  private static void check(List<Contest> contests, Figure figure) {
    Contest contest =
        contests.stream().filter(c -> c.part().equals(figure.part())).findFirst().orElseThrow();
    Variant variant =
        contest.variants().stream()
            .filter(v -> v.name().equals(figure.variant()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no variant of " + figure));
    assertTrue(
        contest.scenarios().stream()
            .anyMatch(s -> s.name().equals(figure.scenario()) && s.meantFor().test(variant)),
        () -> "no scenario of " + figure);
  }

  @Test
  void theReportBeginsWithTheTargetsOfThePartsThatWereRun() throws Exception {
    Results results = results("scale", "reload", Map.of("p10", 4.0, "p10000", 600.0));
    results.addFailure("first", "wrong verdict");
    Path file = directory.resolve("report.md");
    Report.write(file, results, List.of("a fact"), List.of("no news"));

    String report = Files.readString(file);
    assertTrue(report.indexOf("## Targets") < report.indexOf("## Machine"));
    assertTrue(report.contains("- first: wrong verdict"));
    assertTrue(
        report.contains("| reload, one of 10,000 changed | reload ms | ≤ 500 | 600 | **no** |"),
        report);
    assertTrue(report.contains("| first connection, v4 | p50 / none | ≤ 1.25 |  | not measured |"));
    assertFalse(report.contains("flow by queue"));
  }
}
