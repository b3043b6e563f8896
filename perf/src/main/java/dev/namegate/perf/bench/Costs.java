// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import dev.namegate.perf.bench.CConsumer.Feeds;
import dev.namegate.perf.bench.CConsumer.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** Processor time, memory and allocation: at rest, for each flow, and for each DNS reply. */
final class Costs {
  private static final String FLOW_THREAD = "ng-flows";
  private static final int THREADS = 2;
  private static final int OUTSTANDING = 4;
  private static final int MOST_REPLIES_A_SECOND = 300_000;

  /** How many times as long as its rivals a daemon is looked at that does something each second. */
  private static final int IDLE_TIMES = 4;

  /** Seconds until what the load before has left to do, compilation above all, is done. */
  private static final int REST = 120;

  private final Settings settings;
  private final int seconds;
  private final int restSeconds;

  /** All variants are up together, so that the rest of one is that of all. */
  private boolean rested;

  private Costs(Settings settings) {
    this.settings = settings;
    this.seconds = settings.extent() == Extent.SELF_TEST ? 1 : 5;
    this.restSeconds = settings.extent() == Extent.WHOLE ? REST : 0;
  }

  static Contest contest(Settings settings) {
    return new Costs(settings).contest();
  }

  private Contest contest() {
    List<Variant> variants = new ArrayList<>();
    variants.add(settings.daemon(Namegate.byQueue(settings.policy())));
    variants.add(settings.daemon(Namegate.byFastPath(settings.policy())));
    variants.add(new CConsumer(Way.PLAIN, Feeds.FLOWS));
    variants.add(new CConsumer(Way.PLAIN, Feeds.REPLIES_AND_SET));
    for (Dnsmasq.Kind kind : Dnsmasq.Kind.values()) {
      variants.add(new Dnsmasq(kind));
    }
    if (OpenSnitch.isInstalled()) {
      variants.add(new OpenSnitch());
    }
    Scenario idle =
        Scenario.of(
            "idle",
            "nothing comes for %d s, for rivals %d s, after %d s of rest"
                .formatted(IDLE_TIMES * seconds, seconds, restSeconds),
            List.of(),
            this::idle);
    return new Contest(
            "cost",
            variants,
            List.of(
                idle,
                Scenario.of(
                        "flows",
                        "TCP connects of processes of the host, %d at a time, for %d s"
                            .formatted(THREADS, seconds),
                        List.of("c-plain"),
                        this::flows)
                    .onlyFor(Costs::decidesFlows),
                Scenario.of(
                        "replies",
                        "lookups of fresh names by a workload, %d at a time, for %d s"
                            .formatted(OUTSTANDING, seconds),
                        List.of("c-plain-ipset"),
                        this::replies)
                    .onlyFor(Costs::seesReplies)))
        .warmedUpBy(this::warmUp)
        .inAtMost(1);
  }

  private static boolean decidesFlows(Variant variant) {
    return variant instanceof Namegate
        || variant instanceof OpenSnitch
        || (variant instanceof CConsumer c && c.feeds() == Feeds.FLOWS);
  }

  private static boolean seesReplies(Variant variant) {
    return variant instanceof Namegate
        || variant instanceof Dnsmasq
        || (variant instanceof CConsumer c && c.feeds() == Feeds.REPLIES_AND_SET);
  }

  private void warmUp(Bed bed, Variant variant) {
    if (decidesFlows(variant)) {
      var unused = connects(bed);
    }
  }

  private double connects(Bed bed) {
    double rate =
        Load.in(bed, Room.HOST).connectsPerSecond(4, settings.spread(4), THREADS, seconds);
    return rate * seconds;
  }

  private double queries(Bed bed, Variant variant) {
    long names = bed.freshNames((long) MOST_REPLIES_A_SECOND * seconds);
    var wanted = new Load.Names(FullPolicy.FRESH, names, 0, 1, 4);
    double rate =
        Load.in(bed, Room.WORKLOAD)
            .queriesPerSecond(variant.server(4), wanted, OUTSTANDING, seconds);
    return rate * seconds;
  }

  private Outcome idle(Bed bed, Variant variant) {
    if (!rested) {
      Shell.pause(Duration.ofSeconds(restSeconds));
      rested = true;
    }
    int idleSeconds = variant instanceof Namegate ? IDLE_TIMES * seconds : seconds;
    ProcessCost cost = ProcessCost.from(bed, bed.process(variant.process()));
    Shell.pause(Duration.ofSeconds(idleSeconds));
    double percent = cost.spentNs() / 1e7 / idleSeconds;
    return Outcome.value(Metric.CPU_PERCENT, percent)
        .and(Map.of(Metric.RESIDENT_MIB, cost.residentMib()));
  }

  private Outcome flows(Bed bed, Variant variant) {
    return spent(bed, variant, Metric.FLOW_BYTES, () -> connects(bed));
  }

  private Outcome replies(Bed bed, Variant variant) {
    // Not before the flows: so many names leave no room for what the flows go to.
    var unused = queries(bed, variant);
    return spent(bed, variant, Metric.REPLY_BYTES, () -> queries(bed, variant));
  }

  /**
   * What each event costs.
   *
   * @param allocated of flows, what the thread that decides them allocates; of replies, what all do
   * @param events does something, and returns how many events it was
   */
  private static Outcome spent(Bed bed, Variant variant, Metric allocated, DoubleSupplier events) {
    Process process = bed.process(variant.process());
    boolean isJvm = variant instanceof Namegate;
    Map<String, Long> before = isJvm ? Jvm.of(process).allocatedByThread() : Map.of();
    ProcessCost cost = ProcessCost.from(bed, process);
    double count = events.getAsDouble();
    Map<Metric, Double> values = new EnumMap<>(cost.each(count));
    if (isJvm) {
      Map<String, Long> after = Jvm.of(process).allocatedByThread();
      values.put(allocated, allocated(before, after, allocated == Metric.FLOW_BYTES) / count);
    }
    return new Outcome(null, values);
  }

  private static double allocated(
      Map<String, Long> before, Map<String, Long> after, boolean isOfFlows) {
    return after.entrySet().stream()
        .filter(thread -> !isOfFlows || thread.getKey().equals(FLOW_THREAD))
        .mapToDouble(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
        .sum();
  }
}
