// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** The report of a run: Markdown, with plots, raw histograms and ratios in files beside it. */
final class Report {
  private final Results results;
  private final StringBuilder text = new StringBuilder();

  private Report(Results results) {
    this.results = results;
  }

  /**
   * Writes it.
   *
   * @param file the Markdown file; what lies beside it is in a directory of its name
   * @param facts about machine and settings, a line each
   * @param news what the regression guard has to say
   */
  static void write(Path file, Results results, List<String> facts, List<String> news)
      throws IOException {
    String name = "" + file.getFileName();
    Path beside = file.resolveSibling(name.substring(0, name.length() - ".md".length()));
    Files.createDirectories(beside);
    Report report = new Report(results);
    report.line("# Benchmarks, %s", name.substring(0, name.length() - ".md".length()));
    report.line("");
    report.line(
        "Written by `scripts/bench`. Latencies in microseconds; medians over the rounds, of the");
    report.line(
        "maximum the largest. Ratios are of medians of this run; times mean little elsewhere.");
    report.list("Machine and settings", facts);
    report.targets();
    report.list("Against the last committed report", news);
    for (Contest contest : results.contests()) {
      report.contest(contest, beside);
    }
    if (!results.microbenchmarks().isEmpty()) {
      report.line("%n## jmh%n%n```%n%s%n```", results.microbenchmarks());
    }
    Files.writeString(file, report.text);
  }

  /** The table of targets alone, for the terminal. */
  static String targetsOf(Results results) {
    Report report = new Report(results);
    report.targets();
    return report.text.toString();
  }

  private void line(String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private void list(String title, List<String> items) {
    line("%n## %s%n", title);
    items.forEach(item -> line("- %s", item));
  }

  private void row(List<String> cells) {
    line("| %s |", String.join(" | ", cells));
  }

  private void header(List<String> cells) {
    row(cells);
    row(cells.stream().map(cell -> "---").toList());
  }

  private void targets() {
    line("%n## Targets%n");
    header(List.of("what", "figure", "divided by", "target", "reached", ""));
    for (Target target : Target.all()) {
      OptionalDouble reached = target.reached(results);
      if (reached.isPresent()) {
        row(
            List.of(
                target.about(),
                target.metric().label(),
                target.baseline(),
                (target.atLeast() ? "≥ " : "≤ ") + target.limit(),
                ratio(reached),
                target.holds(reached.getAsDouble()) ? "yes" : "**no**"));
      }
    }
  }

  private void contest(Contest contest, Path beside) throws IOException {
    line("%n## %s%n", contest.part());
    for (Variant variant : contest.variants()) {
      line("- `%s`: %s", variant.name(), variant.description());
      if (!contest.note(variant).isEmpty()) {
        line("  - in the end it had counted %s", contest.note(variant));
      }
    }
    for (Scenario scenario : contest.scenarios()) {
      Map<String, Series> series = contest.results().get(scenario.name());
      if (series != null) {
        scenario(contest, scenario, series, beside);
      }
    }
  }

  private void scenario(Contest contest, Scenario scenario, Map<String, Series> series, Path beside)
      throws IOException {
    line("%n### %s, %s%n%n%s.%n", contest.part(), scenario.name(), scenario.about());
    boolean latency = series.values().stream().noneMatch(each -> each.latencies().isEmpty());
    List<Metric> metrics =
        Arrays.stream(Metric.values())
            .filter(metric -> series.values().stream().anyMatch(s -> s.of(metric).isPresent()))
            .toList();
    table(scenario, series, metrics);
    if (latency) {
      String name = contest.part() + "-" + scenario.name();
      Map<String, Histogram> lines = new LinkedHashMap<>();
      series.forEach((variant, each) -> lines.put(variant, each.allLatencies()));
      Files.writeString(beside.resolve(name + ".svg"), PercentilePlot.draw(name, lines));
      writeRaw(beside.resolve(name + ".hlog"), series);
      line("%n![%s](%s/%s.svg)", name, beside.getFileName(), name);
    }
  }

  private void table(Scenario scenario, Map<String, Series> series, List<Metric> metrics) {
    List<String> titles = new ArrayList<>(List.of("variant"));
    metrics.forEach(metric -> titles.add(metric.label()));
    for (String baseline : scenario.baselines()) {
      metrics.stream()
          .filter(Report::hasRatio)
          .forEach(m -> titles.add(m.label() + " / " + baseline));
    }
    header(titles);
    series.forEach((variant, each) -> row(cells(scenario, series, metrics, variant, each)));
  }

  private static List<String> cells(
      Scenario scenario,
      Map<String, Series> series,
      List<Metric> metrics,
      String variant,
      Series each) {
    List<String> cells = new ArrayList<>(List.of(variant));
    metrics.forEach(metric -> cells.add(figure(metric, each.of(metric))));
    for (String baseline : scenario.baselines()) {
      Series by = series.get(baseline);
      metrics.stream()
          .filter(Report::hasRatio)
          .forEach(m -> cells.add(by == null ? "" : ratio(Results.ratio(each.of(m), by.of(m)))));
    }
    return cells;
  }

  private static boolean hasRatio(Metric metric) {
    return metric == Metric.P50
        || metric == Metric.P99
        || metric == Metric.P999
        || (!metric.isLatency() && metric != Metric.LOST && metric != Metric.PAUSES);
  }

  private static String figure(Metric metric, OptionalDouble value) {
    if (value.isEmpty()) {
      return "";
    }
    return metric.isLatency()
        ? String.format(Locale.ROOT, "%.1f", value.getAsDouble() / 1_000)
        : String.format(
            Locale.ROOT, value.getAsDouble() < 100 ? "%.2f" : "%,.0f", value.getAsDouble());
  }

  private static String ratio(OptionalDouble ratio) {
    return ratio.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", ratio.getAsDouble());
  }

  /** An interval for each round, with the variant as tag. */
  private static void writeRaw(Path file, Map<String, Series> series) throws IOException {
    try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
      HistogramLogWriter writer = new HistogramLogWriter(out);
      writer.outputComment("nanoseconds; tag = variant, start = round");
      writer.outputLegend();
      series.forEach(
          (variant, each) -> {
            for (int round = 0; round < each.latencies().size(); round++) {
              Histogram histogram = each.latencies().get(round);
              histogram.setTag(variant);
              histogram.setStartTimeStamp(round * 1_000L);
              histogram.setEndTimeStamp(round * 1_000L + 1_000);
              writer.outputIntervalHistogram(histogram);
            }
          });
    }
  }
}
