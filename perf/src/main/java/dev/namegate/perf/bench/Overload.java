// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import dev.namegate.perf.bench.CConsumer.Feeds;
import dev.namegate.perf.bench.CConsumer.Way;
import dev.namegate.perf.bench.Scenario.Often;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * More new flows than come in usual life: a burst while the consumer is stopped, then how fast it
 * empties its queue; and a rate that goes on for seconds. What is lost on the way is counted where
 * it would have arrived.
 */
final class Overload {
  static final int PORT = 4433;

  private static final int NAMES = 10;
  private static final int ADDRESSES_PER_NAME = 100;
  private static final int SPREAD = NAMES * ADDRESSES_PER_NAME;
  private static final int BURST = 60_000;
  private static final int BURST_RATE = 100_000;
  private static final int RATE = 100_000;
  private static final long DRAIN_LIMIT_NS = Duration.ofSeconds(30).toNanos();

  /** Ten seconds each: the others of a kind do no better. */
  private static final Set<String> SUSTAINED = Set.of("c-plain", "c-batched", "namegate-queue");

  /** What the other side counts, and lets nobody answer. */
  private static final String COUNTER = "-p udp --dport " + PORT + " -j DROP";

  private final Bed bed;
  private final Process consumer;
  private final int family;

  private Overload(Bed bed, Variant variant, int family) {
    this.bed = bed;
    this.consumer = bed.process(variant.process());
    this.family = family;
  }

  static Contest contest(Settings settings) {
    List<Variant> variants = new ArrayList<>();
    for (Way way : Way.values()) {
      variants.add(new CConsumer(way, Feeds.FLOWS));
    }
    FullPolicy policy = settings.policy();
    variants.add(settings.daemon(Namegate.underOverload("namegate-queue", policy, Map.of())));
    Map<String, String> own = Map.of("stageThreads", "Own");
    variants.add(settings.daemon(Namegate.underOverload("namegate-queue-own", policy, own)));
    int seconds = settings.extent() == Extent.WHOLE ? 10 : 1;
    List<Scenario> scenarios = new ArrayList<>();
    for (int family : new int[] {4, 6}) {
      scenarios.add(burst(family));
      scenarios.add(sustained(family, seconds));
    }
    return new Contest("overload", variants, scenarios)
        .warmedUpBy((bed, variant) -> warmUp(bed, variant, settings.warmUpSeconds(variant)))
        .inAtMost(3);
  }

  static Scenario burst(int family) {
    return Scenario.of(
        "burst-v" + family,
        "%,d new flows over IPv%d while the consumer is stopped for a second; verdicts a second after that"
            .formatted(BURST, family),
        List.of("c-batched", "c-plain"),
        (bed, variant) -> new Overload(bed, variant, family).burst());
  }

  private static Scenario sustained(int family, int seconds) {
    return Scenario.of(
            "sustained-v" + family,
            "%,d new flows a second over IPv%d for %d s; those that arrive"
                .formatted(RATE, family, seconds),
            List.of("c-batched", "c-plain"),
            (bed, variant) -> new Overload(bed, variant, family).sustained(seconds))
        .onlyFor(variant -> SUSTAINED.contains(variant.name()))
        .in(Often.FIRST_ROUND);
  }

  static void warmUp(Bed bed, Variant variant, int seconds) {
    for (int family : new int[] {4, 6}) {
      Overload overload = new Overload(bed, variant, family);
      overload.prepare(variant.server(family));
      var unused = overload.sustained((seconds + 1) / 2);
    }
  }

  /** Puts the counter in place and looks up the names, so that namegate allows the flows. */
  private void prepare(String server) {
    bed.exec(Room.NET, (tables() + " -t raw -A PREROUTING " + COUNTER).split(" ", -1)).orFail();
    var names = new Load.Names(FullPolicy.FLOOD, 0, NAMES, ADDRESSES_PER_NAME, family);
    Load.in(bed, Room.WORKLOAD).query(server, names, Load.BACK_TO_BACK, NAMES);
  }

  private String tables() {
    return (family == 4 ? "iptables" : "ip6tables") + " -w";
  }

  /** A burst while it is stopped; verdicts a second once it goes on. */
  private Outcome burst() {
    long before = arrived();
    signal("STOP");
    try {
      Load.in(bed, Room.WORKLOAD).flood(family, PORT, SPREAD, BURST_RATE, BURST);
      // Stopped for a second in all.
      Shell.pause(Duration.ofMillis(400));
    } finally {
      signal("CONT");
    }
    long waiting = Queues.waiting(consumer);
    long startNs = System.nanoTime();
    awaitEmpty(startNs);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    return Outcome.value(Metric.PER_SECOND, waiting / seconds)
        .and(Map.of(Metric.LOST, (double) lost(BURST, before)));
  }

  /** A rate that goes on; how much of it a second arrives. */
  private Outcome sustained(int seconds) {
    long before = arrived();
    int count = RATE * seconds;
    double offered = Load.in(bed, Room.WORKLOAD).flood(family, PORT, SPREAD, RATE, count);
    awaitEmpty(System.nanoTime());
    long lost = lost(count, before);
    return Outcome.value(Metric.PER_SECOND, offered * (count - lost) / count)
        .and(Map.of(Metric.OFFERED, offered, Metric.LOST, (double) lost));
  }

  /**
   * How many of those that were sent have not arrived.
   *
   * @throws BenchFailure when none has: not overload, but a verdict to drop them
   */
  private long lost(long sent, long before) {
    long arrived = arrived() - before;
    if (arrived == 0) {
      throw new BenchFailure("wrong verdict: none of " + sent + " allowed flows arrived");
    }
    return sent - arrived;
  }

  private void signal(String signal) {
    Shell.run("kill", "-" + signal, "" + consumer.pid()).orFail();
  }

  private void awaitEmpty(long startNs) {
    while (Queues.waiting(consumer) > 0) {
      if (System.nanoTime() - startNs > DRAIN_LIMIT_NS) {
        throw new BenchFailure("the queue is not empty after 30 s: " + Queues.waiting(consumer));
      }
      Shell.pause(Duration.ofMillis(1));
    }
  }

  private long arrived() {
    String[] command = (tables() + " -t raw -nvxL PREROUTING").split(" ", -1);
    String listed = bed.exec(Room.NET, command).orFail().text();
    List<String> lines = listed.lines().filter(line -> line.contains("dpt:" + PORT)).toList();
    return Long.parseLong(lines.get(0).trim().split(" +", -1)[0]);
  }
}
