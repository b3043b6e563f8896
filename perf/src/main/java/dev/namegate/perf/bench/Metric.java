// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

/** What is told of a series of measurements. */
enum Metric {
  P50("p50", 50),
  P90("p90", 90),
  P99("p99", 99),
  P999("p99.9", 99.9),
  MAX("max", 100),
  PER_SECOND("per second", -1),
  LOST("lost", -1);

  private final String label;
  private final double percentile;

  Metric(String label, double percentile) {
    this.label = label;
    this.percentile = percentile;
  }

  String label() {
    return label;
  }

  /** The label as a word. */
  String key() {
    return label.replace(' ', '-');
  }

  boolean isLatency() {
    return percentile >= 0;
  }

  double percentile() {
    return percentile;
  }
}
