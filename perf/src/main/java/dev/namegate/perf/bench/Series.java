// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/** What one variant reached in one scenario, round by round. */
final class Series {
  private final List<Histogram> latencies = new ArrayList<>();
  private final Map<Metric, List<Double>> values = new EnumMap<>(Metric.class);

  void add(Outcome outcome) {
    if (outcome.latency() != null) {
      latencies.add(outcome.latency());
    }
    outcome
        .values()
        .forEach(
            (metric, value) ->
                values.computeIfAbsent(metric, unused -> new ArrayList<>()).add(value));
  }

  /** Latencies in nanoseconds, a histogram for each round. */
  List<Histogram> latencies() {
    return Collections.unmodifiableList(latencies);
  }

  /** All rounds together. */
  Histogram allLatencies() {
    Histogram all = new Histogram(latencies.get(0));
    all.reset();
    latencies.forEach(all::add);
    return all;
  }

  /**
   * The median over the rounds; of what is worst when it is large, the largest ({@link Metric#MAX})
   * or the sum ({@link Metric#LOST}).
   */
  OptionalDouble of(Metric metric) {
    if (metric == Metric.MAX) {
      return latencies.stream().mapToDouble(Histogram::getMaxValue).max();
    }
    if (metric.isLatency()) {
      return median(
          latencies.stream()
              .map(each -> (double) each.getValueAtPercentile(metric.percentile()))
              .toList());
    }
    List<Double> all = values.getOrDefault(metric, List.of());
    if (metric == Metric.LOST && !all.isEmpty()) {
      return OptionalDouble.of(all.stream().mapToDouble(Double::doubleValue).sum());
    }
    return median(all);
  }

  static OptionalDouble median(List<Double> values) {
    if (values.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return OptionalDouble.of(
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2);
  }
}
