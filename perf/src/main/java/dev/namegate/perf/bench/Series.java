// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/** What one variant reached in one scenario, round by round. */
final class Series {
  private final List<Histogram> latencies = new ArrayList<>();
  private final List<Double> lost = new ArrayList<>();
  private final List<Double> rates = new ArrayList<>();

  void add(Outcome outcome) {
    if (outcome.latency() != null) {
      latencies.add(outcome.latency());
    }
    if (outcome.lost() != null) {
      lost.add((double) outcome.lost());
    }
    if (outcome.perSecond() != null) {
      rates.add(outcome.perSecond());
    }
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
   * The median over the rounds, nanoseconds or per second; of {@link Metric#MAX} the largest of
   * all.
   */
  OptionalDouble of(Metric metric) {
    if (metric == Metric.MAX) {
      return latencies.stream().mapToDouble(Histogram::getMaxValue).max();
    }
    if (metric == Metric.LOST) {
      return lost.stream()
          .reduce(Double::sum)
          .map(OptionalDouble::of)
          .orElse(OptionalDouble.empty());
    }
    return median(
        metric.isLatency()
            ? latencies.stream()
                .map(each -> (double) each.getValueAtPercentile(metric.percentile()))
                .toList()
            : rates);
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
