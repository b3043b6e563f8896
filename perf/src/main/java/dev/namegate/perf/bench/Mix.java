// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * New flows and lookups of fresh names at once, over IPv4 and IPv6, for minutes: latency under it,
 * what is dropped, and what it costs the daemon in processor time, memory and pauses.
 */
final class Mix {
  /** Of each family. */
  private static final int FLOWS_A_SECOND = 1_000;

  /** Of each family. */
  private static final int LOOKUPS_A_SECOND = 500;

  private static final int[] FAMILIES = {4, 6};

  /** Without enforcement nothing changes with time. */
  private static final Duration BASELINE = Duration.ofSeconds(60);

  /** The fresh names of the minute for which they are known, beside those of the full policy. */
  private static final Map<String, String> ROOM =
      Map.of("maxNames", "131072", "maxAddresses", "262144");

  private final Bed bed;
  private final Settings settings;
  private final Duration duration;

  private Mix(Bed bed, Settings settings, Duration duration) {
    this.bed = bed;
    this.settings = settings;
    this.duration = duration;
  }

  static Contest contest(Settings settings) {
    Duration whole = settings.load();
    Duration baseline = whole.compareTo(BASELINE) < 0 ? whole : BASELINE;
    String about =
        "TCP connects, %,d a second over each of IPv4 and IPv6, while %,d fresh names a second of each"
            + " are looked up, for %,d s (without enforcement %d s); CPU and allocation for each"
            + " connect and lookup";
    return new Contest(
            "load",
            List.of(
                Baseline.NONE,
                settings.daemon(Namegate.byQueue(settings.policy()).with(ROOM)),
                settings.daemon(Namegate.byFastPath(settings.policy()).with(ROOM))),
            List.of(
                Scenario.of(
                    "mix",
                    about.formatted(
                        FLOWS_A_SECOND, LOOKUPS_A_SECOND, whole.toSeconds(), baseline.toSeconds()),
                    List.of("none"),
                    (bed, variant) ->
                        new Mix(bed, settings, variant.process().isEmpty() ? baseline : whole)
                            .measure(variant))))
        .warmedUpBy(
            (bed, variant) -> {
              new FlowContests(settings).warmUp(bed, variant);
              var unused = new Mix(bed, settings, Duration.ofSeconds(1)).load(variant);
            })
        .inAtMost(1);
  }

  private Outcome measure(Variant variant) {
    if (variant.process().isEmpty()) {
      return Outcome.latency(load(variant));
    }
    Process process = bed.process(variant.process());
    double events =
        (double) FAMILIES.length * (FLOWS_A_SECOND + LOOKUPS_A_SECOND) * duration.toSeconds();
    long allocatedBefore = allocated(process);
    long droppedBefore = Queues.dropped(process);
    ProcessCost cost = ProcessCost.from(bed, process);
    Pauses pauses = Pauses.from(DaemonProcess.pauseLog(bed));
    Histogram latency = load(variant);
    Map<Metric, Double> values = new EnumMap<>(cost.each(events));
    values.putAll(pauses.values());
    values.put(Metric.LOST, (double) (Queues.dropped(process) - droppedBefore));
    values.put(Metric.ALLOCATED_BYTES, (allocated(process) - allocatedBefore) / events);
    return new Outcome(latency, values);
  }

  private static long allocated(Process process) {
    return Jvm.of(process).allocatedByThread().values().stream().mapToLong(each -> each).sum();
  }

  /** Latencies of the connects; a lookup that fails or teaches nothing fails it all. */
  private Histogram load(Variant variant) {
    List<CompletableFuture<Histogram>> lookups = new ArrayList<>();
    List<CompletableFuture<Histogram>> connects = new ArrayList<>();
    Load load = Load.in(bed, Room.WORKLOAD);
    for (int family : FAMILIES) {
      int names = (int) (LOOKUPS_A_SECOND * duration.toSeconds());
      var wanted = new Load.Names(FullPolicy.FRESH, bed.freshNames(names), 0, 1, family);
      String server = variant.server(family);
      lookups.add(start(() -> load.query(server, wanted, LOOKUPS_A_SECOND, names)));
      int flows = (int) (FLOWS_A_SECOND * duration.toSeconds());
      int spread = settings.spread(family);
      connects.add(start(() -> load.connect(family, spread, FLOWS_A_SECOND, flows)));
    }
    try {
      lookups.forEach(CompletableFuture::join);
      Histogram all = connects.get(0).join();
      connects.subList(1, connects.size()).forEach(each -> all.add(each.join()));
      return all;
    } catch (CompletionException e) {
      throw new BenchFailure("under load: " + e.getCause(), e);
    }
  }

  private static CompletableFuture<Histogram> start(Supplier<Histogram> load) {
    return CompletableFuture.supplyAsync(load, task -> new Thread(task, "bench-load").start());
  }
}
