// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

/** What is told of a series of measurements. */
enum Metric {
  P50("p50", Kind.LATENCY, 50),
  P90("p90", Kind.LATENCY, 90),
  P99("p99", Kind.LATENCY, 99),
  P999("p99.9", Kind.LATENCY, 99.9),
  MAX("max", Kind.LATENCY, 100),
  PER_SECOND("per second", Kind.GAIN),
  OFFERED("offered per second", Kind.FACT),
  LOST("lost", Kind.FACT),
  START_MS("start ms", Kind.COST),
  RELOAD_MS("reload ms", Kind.COST),
  RELOADS("reloads", Kind.FACT),
  CPU_US("CPU µs per event", Kind.COST),
  CPU_PERCENT("CPU % of a core", Kind.COST),
  RESIDENT_MIB("resident MiB", Kind.FACT),
  HEAP_MIB("live heap MiB", Kind.FACT),
  ADDRESS_BYTES("heap bytes per learnt address", Kind.COST),
  FLOW_BYTES("bytes allocated per flow", Kind.COST),
  REPLY_BYTES("bytes allocated per reply", Kind.COST),
  ALLOCATED_BYTES("bytes allocated per event", Kind.COST),
  PAUSES("GC pauses", Kind.FACT),
  PAUSE_MAX_MS("longest GC pause ms", Kind.FACT),
  SAFEPOINT_MAX_MS("longest safepoint ms", Kind.FACT);

  /** How figures of it are to be read. */
  private enum Kind {
    LATENCY,
    /** The more the better. */
    GAIN,
    /** The less the better. */
    COST,
    /** Told, but not divided by anybody's. */
    FACT
  }

  private final String label;
  private final Kind kind;
  private final double percentile;

  Metric(String label, Kind kind, double percentile) {
    this.label = label;
    this.kind = kind;
    this.percentile = percentile;
  }

  Metric(String label, Kind kind) {
    this(label, kind, -1);
  }

  String label() {
    return label;
  }

  /** The label as a word. */
  String key() {
    return label.replace(' ', '-');
  }

  boolean isLatency() {
    return kind == Kind.LATENCY;
  }

  /** Whether a ratio of two such figures says anything; a single worst sample's does not. */
  boolean hasRatio() {
    return kind != Kind.FACT && this != MAX;
  }

  /** Whether a table has a column for that ratio. */
  boolean isRatioTold() {
    return hasRatio() && this != P90;
  }

  double percentile() {
    return percentile;
  }
}
