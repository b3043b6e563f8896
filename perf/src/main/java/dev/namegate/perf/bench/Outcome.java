// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one round of one scenario brought: latencies in nanoseconds, or events a second, or these
 * and how many packets were lost.
 */
record Outcome(@Nullable Histogram latency, @Nullable Double perSecond, @Nullable Long lost) {
  static Outcome latency(Histogram latency) {
    return new Outcome(latency, null, null);
  }

  static Outcome rate(double perSecond) {
    return new Outcome(null, perSecond, null);
  }
}
