// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.stats;

import dev.namegate.packet.HotPath;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * How long something takes, as a histogram that keeps the tail.
 *
 * <p><b>Threading:</b> one thread records; any thread asks for a summary and never makes the
 * recording one wait.
 *
 * <p><b>Units:</b> nanoseconds; two significant digits, {@value #HIGHEST_NS} at most: what is
 * longer counts as that.
 *
 * <p><b>Bounds:</b> some 60 KiB, allocated at once.
 */
public final class LatencyRecorder {
  static final long HIGHEST_NS = 60_000_000_000L;
  static final int MAX_OPEN = 1_024;
  private static final int SIGNIFICANT_DIGITS = 2;
  private static final double MEDIAN = 50;
  private static final double TAIL = 99;

  private final SingleWriterRecorder recorder =
      new SingleWriterRecorder(HIGHEST_NS, SIGNIFICANT_DIGITS);

  /** When what is open began. The recording thread's. */
  private final long[] starts = new long[MAX_OPEN];

  private int open;

  /** Guarded by this. */
  private final Histogram total = new Histogram(HIGHEST_NS, SIGNIFICANT_DIGITS);

  /** Guarded by this; handed back to the recorder to be filled again. */
  private @Nullable Histogram interval;

  /** What was recorded since the start. */
  public record Summary(long count, long medianNs, long p99Ns, long maxNs) {
    @Override
    public String toString() {
      return "count="
          + count
          + " p50="
          + micros(medianNs)
          + " p99="
          + micros(p99Ns)
          + " max="
          + micros(maxNs);
    }

    private static String micros(long ns) {
      return ns / 1_000 + "us";
    }
  }

  /** Something began then and has not ended yet; beyond {@value #MAX_OPEN} it is not recorded. */
  @HotPath
  public void begun(long startNs) {
    if (open < MAX_OPEN) {
      starts[open++] = startNs;
    }
  }

  /** All that has begun ends now. */
  @HotPath
  public void ended(long nowNs) {
    for (int i = 0; i < open; i++) {
      record(nowNs - starts[i]);
    }
    open = 0;
  }

  @HotPath
  void record(long ns) {
    recorder.recordValue(Math.max(0, Math.min(ns, HIGHEST_NS)));
  }

  /** The summary of all that was recorded up to now. */
  public synchronized Summary summary() {
    collect();
    return summary(total);
  }

  /** The summary of all that these recorded up to now. */
  public static Summary summaryOf(List<LatencyRecorder> recorders) {
    Histogram all = new Histogram(HIGHEST_NS, SIGNIFICANT_DIGITS);
    recorders.forEach(each -> each.addTo(all));
    return summary(all);
  }

  private synchronized void addTo(Histogram all) {
    collect();
    all.add(total);
  }

  private synchronized void collect() {
    Histogram latest = recorder.getIntervalHistogram(interval);
    total.add(latest);
    interval = latest;
  }

  private static Summary summary(Histogram histogram) {
    return new Summary(
        histogram.getTotalCount(),
        histogram.getValueAtPercentile(MEDIAN),
        histogram.getValueAtPercentile(TAIL),
        histogram.getMaxValue());
  }
}
