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
  LOST("lost", -1),
  START_MS("start ms", -1),
  RELOAD_MS("reload ms", -1),
  RESIDENT_MIB("resident MiB", -1),
  HEAP_MIB("heap MiB", -1),
  CPU_US("CPU µs per event", -1),
  ALLOCATED_BYTES("bytes per event", -1),
  PAUSES("GC pauses", -1),
  PAUSE_MAX_MS("longest pause ms", -1);

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
