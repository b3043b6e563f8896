// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What one round of one scenario brought: latencies in nanoseconds, or single values, or both. */
record Outcome(@Nullable Histogram latency, Map<Metric, Double> values) {
  static Outcome latency(Histogram latency) {
    return new Outcome(latency, Map.of());
  }

  static Outcome rate(double perSecond) {
    return value(Metric.PER_SECOND, perSecond);
  }

  static Outcome value(Metric metric, double value) {
    return new Outcome(null, Map.of(metric, value));
  }

  /** The same and these values; they replace what it has of the same metric. */
  Outcome and(Map<Metric, Double> more) {
    Map<Metric, Double> all = new EnumMap<>(Metric.class);
    all.putAll(values);
    all.putAll(more);
    return new Outcome(latency, all);
  }
}
