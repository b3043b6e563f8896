// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * New flows and lookups of fresh names at once, for minutes: latency under it, and what it costs
 * the daemon in processor time, memory and pauses.
 */
final class Mix {
  private static final int FLOWS_A_SECOND = 2_000;
  private static final int LOOKUPS_A_SECOND = 1_000;
  private static final double TICKS_A_SECOND = 100;
  private static final String DAEMON = "daemon";

  /** Of the JVM's log: heap before and after, and how long it took. */
  private static final Pattern PAUSE =
      Pattern.compile("Pause .* ([0-9]+)M->([0-9]+)M\\([0-9]+M\\) ([0-9.]+)ms");

  private final Bed bed;
  private final Settings settings;
  private final Duration duration;

  private Mix(Bed bed, Settings settings, Duration duration) {
    this.bed = bed;
    this.settings = settings;
    this.duration = duration;
  }

  static Contest contest(Settings settings) {
    Duration duration = Duration.ofSeconds(settings.extent() == Extent.WHOLE ? 600 : 20);
    List<Variant> variants = new ArrayList<>();
    variants.add(Baseline.NONE);
    variants.add(Namegate.byQueue(settings.policy()).with(settings.daemonSettings()));
    variants.add(Namegate.byFastPath(settings.policy()).with(settings.daemonSettings()));
    String about =
        "TCP connects, %,d a second, while %,d fresh names a second are looked up, for %d s; CPU and"
            + " allocation for each connect and lookup";
    return new Contest(
        "load",
        variants,
        List.of(
            new Scenario(
                "mix",
                about.formatted(FLOWS_A_SECOND, LOOKUPS_A_SECOND, duration.toSeconds()),
                List.of("none"),
                variant -> true,
                (bed, variant) -> new Mix(bed, settings, duration).measure(variant))));
  }

  private Outcome measure(Variant variant) {
    if (variant.process().isEmpty()) {
      return Outcome.latency(load(variant));
    }
    Path log = Namegate.pauseLog(bed);
    int pausesBefore = pauses(log).size();
    long ticksBefore = ticks();
    Histogram latency = load(variant);
    double events = (double) (FLOWS_A_SECOND + LOOKUPS_A_SECOND) * duration.toSeconds();
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.CPU_US, (ticks() - ticksBefore) / TICKS_A_SECOND * 1e6 / events);
    values.put(Metric.RESIDENT_MIB, Scale.residentKib(bed.process(DAEMON)) / 1024.0);
    List<MatchResult> all = pauses(log);
    addPauses(all.subList(pausesBefore, all.size()), events, values);
    return new Outcome(latency, values);
  }

  private Histogram load(Variant variant) {
    int lookups = (int) (LOOKUPS_A_SECOND * duration.toSeconds());
    var names = new Load.Names(FullPolicy.FRESH, bed.freshNames(lookups), 0, 1, 4);
    Load load = Load.in(bed, Room.WORKLOAD);
    CompletableFuture<Histogram> queries =
        CompletableFuture.supplyAsync(
            () -> load.query(variant.server(4), names, LOOKUPS_A_SECOND, lookups));
    try {
      int flows = (int) (FLOWS_A_SECOND * duration.toSeconds());
      Histogram latency = load.connect(4, settings.spread(4), FLOWS_A_SECOND, flows);
      queries.join();
      return latency;
    } catch (CompletionException e) {
      throw new BenchFailure("the lookups failed: " + e.getCause(), e);
    }
  }

  private static void addPauses(
      List<MatchResult> pauses, double events, Map<Metric, Double> values) {
    values.put(Metric.PAUSES, (double) pauses.size());
    values.put(
        Metric.PAUSE_MAX_MS,
        pauses.stream().mapToDouble(p -> Double.parseDouble(p.group(3))).max().orElse(0));
    // What came between the first pause and the last.
    long allocatedMib = 0;
    for (int i = 1; i < pauses.size(); i++) {
      allocatedMib +=
          Long.parseLong(pauses.get(i).group(1)) - Long.parseLong(pauses.get(i - 1).group(2));
    }
    values.put(Metric.ALLOCATED_BYTES, allocatedMib * 1048576.0 / events);
    if (!pauses.isEmpty()) {
      values.put(Metric.HEAP_MIB, Double.parseDouble(pauses.get(pauses.size() - 1).group(2)));
    }
  }

  private static List<MatchResult> pauses(Path log) {
    try {
      return Files.exists(log)
          ? PAUSE.matcher(Files.readString(log)).results().toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Processor time of the daemon, all threads, user and system. */
  private long ticks() {
    try {
      String stat = Files.readString(Path.of("/proc/" + bed.process(DAEMON).pid() + "/stat"));
      // Behind the command's name, which may hold blanks: the state is field 3, utime field 14.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
