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
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The section of one contest: a table for each scenario, plots and raw data, and what grows how.
 */
final class ContestReport {
  private final Contest contest;
  private final Markdown text;
  private final Path beside;

  /**
   * @param beside the directory for plots and raw data
   */
  ContestReport(Contest contest, Markdown text, Path beside) {
    this.contest = contest;
    this.text = text;
    this.beside = beside;
  }

  void write() throws IOException {
    text.line("%n## %s%n", contest.part());
    for (Variant variant : contest.variants()) {
      text.line("- `%s`: %s", variant.name(), variant.description());
      if (!contest.note(variant).isEmpty()) {
        text.line("  - in the end it had counted %s", contest.note(variant));
      }
    }
    Axis axis = contest.axis();
    if (axis != null) {
      growth(axis);
    }
    for (Scenario scenario : contest.scenarios()) {
      Map<String, Series> series = contest.results().get(scenario.name());
      if (series != null) {
        scenario(scenario, series);
      }
    }
  }

  private void scenario(Scenario scenario, Map<String, Series> series) throws IOException {
    text.line("%n### %s, %s%n%n%s.%n", contest.part(), scenario.name(), scenario.about());
    boolean latency = series.values().stream().noneMatch(each -> each.latencies().isEmpty());
    table(scenario, series, metrics(series));
    if (latency) {
      String name = contest.part() + "-" + scenario.name();
      Map<String, Histogram> lines = new LinkedHashMap<>();
      series.forEach((variant, each) -> lines.put(variant, each.allLatencies()));
      plot(name, PercentilePlot.draw(name, lines));
      writeRaw(beside.resolve(name + ".hlog"), series);
    }
  }

  private static List<Metric> metrics(Map<String, Series> series) {
    return Arrays.stream(Metric.values())
        .filter(metric -> series.values().stream().anyMatch(s -> s.of(metric).isPresent()))
        .toList();
  }

  private void plot(String name, String svg) throws IOException {
    Files.writeString(beside.resolve(name + ".svg"), svg);
    text.line("%n![%s](%s/%s.svg)", name, beside.getFileName(), name);
  }

  private void table(Scenario scenario, Map<String, Series> series, List<Metric> metrics) {
    List<String> titles = new ArrayList<>(List.of("variant"));
    metrics.forEach(metric -> titles.add(metric.label()));
    Map<String, Series> baselines = new LinkedHashMap<>(series);
    baselines.keySet().retainAll(scenario.baselines());
    baselines.forEach(
        (name, by) -> ratios(metrics, by).forEach(m -> titles.add(m.label() + " / " + name)));
    text.header(titles);
    series.forEach(
        (variant, each) -> {
          List<String> cells = new ArrayList<>(List.of(variant));
          metrics.forEach(metric -> cells.add(Markdown.figure(metric, each.of(metric))));
          for (Series by : baselines.values()) {
            ratios(metrics, by)
                .forEach(m -> cells.add(Markdown.ratio(Results.ratio(each.of(m), by.of(m)))));
          }
          text.row(cells);
        });
  }

  /** Of which metrics there are ratios to that baseline. */
  private static List<Metric> ratios(List<Metric> metrics, Series baseline) {
    return metrics.stream()
        .filter(metric -> metric.isRatioTold() && baseline.of(metric).isPresent())
        .toList();
  }

  private void growth(Axis axis) throws IOException {
    Map<String, List<Growth.Point>> curves = new LinkedHashMap<>();
    for (Scenario scenario : contest.scenarios()) {
      Map<String, Series> series = contest.results().getOrDefault(scenario.name(), Map.of());
      for (Metric metric : metrics(series)) {
        List<Growth.Point> points = points(axis, series, metric);
        if (points.size() > 1 && (metric == Metric.P50 || !metric.isLatency())) {
          curves.put(scenario.name() + ", " + metric.label(), points);
        }
      }
    }
    if (curves.isEmpty()) {
      return;
    }
    text.line("%nWhat grows with the number of %s, and how:%n", axis.name());
    text.header(List.of("figure", "growth"));
    curves.forEach((name, points) -> text.row(List.of(name, Growth.of(points).toString())));
    String name = contest.part() + "-growth";
    plot(name, CurvePlot.draw(name, axis.name(), curves));
  }

  private static List<Growth.Point> points(Axis axis, Map<String, Series> series, Metric metric) {
    List<Growth.Point> points = new ArrayList<>();
    axis.sizes()
        .forEach(
            (variant, size) -> {
              Series measured = series.get(variant);
              OptionalDouble figure =
                  measured == null ? OptionalDouble.empty() : measured.of(metric);
              if (figure.isPresent() && figure.getAsDouble() > 0) {
                points.add(new Growth.Point(size, figure.getAsDouble()));
              }
            });
    return points;
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
