// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How often and how long a JVM stood still, by its log ({@code -Xlog:gc,safepoint}). */
final class Pauses {
  /** Of a collection: how long it took. */
  private static final Pattern COLLECTION = Pattern.compile("(?m)Pause .* ([0-9.]+)ms$");

  /** Of any stop: from the wish to stop until all threads go on. */
  private static final Pattern SAFEPOINT = Pattern.compile("(?m)Safepoint \".*Total: *([0-9]+) ns");

  private final Path log;
  private final long from;

  private Pauses(Path log, long from) {
    this.log = log;
    this.from = from;
  }

  /** Those from now on. */
  static Pauses from(Path log) {
    return new Pauses(log, read(log).length());
  }

  /** How many collections there were, and the longest stops in milliseconds. */
  Map<Metric, Double> values() {
    return parse(read(log).substring((int) from));
  }

  static Map<Metric, Double> parse(String text) {
    List<MatchResult> collections = COLLECTION.matcher(text).results().toList();
    List<MatchResult> safepoints = SAFEPOINT.matcher(text).results().toList();
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.PAUSES, (double) collections.size());
    values.put(Metric.PAUSE_MAX_MS, longest(collections));
    values.put(Metric.SAFEPOINT_MAX_MS, longest(safepoints) / 1e6);
    return values;
  }

  private static double longest(List<MatchResult> stops) {
    return stops.stream().mapToDouble(stop -> Double.parseDouble(stop.group(1))).max().orElse(0);
  }

  private static String read(Path log) {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
