// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import java.time.Duration;

/** Durations in the form in which people write them here: {@code 1m30s}, {@code 900ms}. */
final class GoDuration {
  private static final long[] UNIT_NS = {3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L};
  private static final String[] UNITS = {"h", "m", "s"};
  private static final long[] SMALL_UNIT_NS = {1_000_000, 1_000, 1};
  private static final String[] SMALL_UNITS = {"ms", "us", "ns"};

  private GoDuration() {}

  /** The shortest text that reads as this duration; not negative. */
  static String format(Duration duration) {
    long rest = duration.toNanos();
    StringBuilder text = new StringBuilder();
    rest = append(text, rest, UNIT_NS, UNITS);
    append(text, rest, SMALL_UNIT_NS, SMALL_UNITS);
    return text.length() == 0 ? "0s" : text.toString();
  }

  private static long append(StringBuilder text, long nanos, long[] sizes, String[] names) {
    long rest = nanos;
    for (int i = 0; i < sizes.length; i++) {
      if (rest >= sizes[i]) {
        text.append(rest / sizes[i]).append(names[i]);
        rest %= sizes[i];
      }
    }
    return rest;
  }
}
