// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import dev.namegate.perf.bench.CConsumer.Feeds;
import dev.namegate.perf.bench.CConsumer.Way;
import dev.namegate.perf.bench.Scenario.Often;
import java.util.ArrayList;
import java.util.List;

/** New TCP connections: how long each takes, and how many there are a second. */
final class FlowContests {
  private static final int CONNECT_THREADS = 16;
  private static final List<String> BASELINES = List.of("none", "c-plain");

  private final Settings settings;

  FlowContests(Settings settings) {
    this.settings = settings;
  }

  /** The C consumers among themselves, with the load that the other parts use. */
  Contest limit() {
    List<Variant> variants = new ArrayList<>(List.of(Baseline.NONE, Baseline.CONNTRACK));
    for (Way way : Way.values()) {
      variants.add(new CConsumer(way, Feeds.FLOWS));
    }
    List<Scenario> scenarios = new ArrayList<>(scenarios(Room.WORKLOAD, 4));
    scenarios.addAll(scenarios(Room.WORKLOAD, 6));
    return new Contest("limit-flows", variants, scenarios).warmedUpBy(this::warmUp).inAtMost(3);
  }

  /** What each adds to a connection, and what it takes off the rate. */
  Contest flows() {
    List<Variant> variants = new ArrayList<>();
    variants.add(Baseline.NONE);
    variants.add(new CConsumer(Way.PLAIN, Feeds.FLOWS));
    variants.add(settings.daemon(Namegate.byQueue(settings.policy())));
    variants.add(settings.daemon(Namegate.byFastPath(settings.policy())));
    List<Scenario> scenarios = new ArrayList<>(scenarios(Room.WORKLOAD, 4));
    if (settings.extent() != Extent.SELF_TEST) {
      variants.add(2, new CConsumer(Way.BOUND, Feeds.FLOWS));
      variants.add(1, Baseline.CONNTRACK);
      if (OpenSnitch.isInstalled()) {
        variants.add(new OpenSnitch());
      }
      scenarios.addAll(scenarios(Room.HOST, 4));
    }
    if (settings.extent() == Extent.WHOLE) {
      scenarios.addAll(rarely(scenarios(Room.WORKLOAD, 6)));
      scenarios.addAll(rarely(scenarios(Room.HOST, 6)));
    }
    return new Contest("flows", variants, scenarios).warmedUpBy(this::warmUp);
  }

  /** The same without what it costs to wake a processor that has halted. */
  Contest haltPolling() {
    List<Variant> variants =
        List.of(
            Baseline.NONE,
            new CConsumer(Way.PLAIN, Feeds.FLOWS),
            settings.daemon(Namegate.byQueue(settings.policy())));
    List<Scenario> scenarios = new ArrayList<>(scenarios(Room.WORKLOAD, 4));
    scenarios.addAll(rarely(scenarios(Room.WORKLOAD, 6)));
    return new Contest("halt", variants, scenarios).warmedUpBy(this::warmUp).under(HaltPolling::on);
  }

  private static List<Scenario> rarely(List<Scenario> scenarios) {
    return scenarios.stream().map(each -> each.in(Often.EVERY_OTHER_ROUND)).toList();
  }

  /** Wakes up and compiles all that is measured. */
  void warmUp(Bed bed, Variant variant) {
    int seconds = settings.warmUpSeconds(variant);
    for (Room room : new Room[] {Room.HOST, Room.WORKLOAD}) {
      if (room == Room.HOST || !(variant instanceof OpenSnitch)) {
        var unused = connects(bed, room, 4, seconds);
        if (settings.extent() == Extent.WHOLE) {
          unused = connects(bed, room, 6, seconds / 2);
        }
      }
    }
  }

  /** Paced, one after the other, and by many threads. */
  List<Scenario> scenarios(Room room, int family) {
    String name = (room == Room.HOST ? "host" : "workload") + "-v" + family;
    int spread = settings.spread(family);
    String about =
        "TCP connects of %s over IPv%d to %,d addresses"
            .formatted(room == Room.HOST ? "a process of the host" : "a workload", family, spread);
    String paced = ", %,d a second, from the time each was meant to start";
    List<Scenario> all =
        List.of(
            Scenario.of(
                    name + "-paced",
                    about + paced.formatted(settings.rate()),
                    BASELINES,
                    (bed, variant) -> latency(bed, variant, room, family, settings.rate()))
                // At this rate it drops packets.
                .onlyFor(variant -> !(variant instanceof OpenSnitch)),
            Scenario.of(
                name + "-back-to-back",
                about + ", one after the other",
                BASELINES,
                (bed, variant) -> latency(bed, variant, room, family, Load.BACK_TO_BACK)),
            Scenario.of(
                name + "-rate",
                about + ", by %d threads".formatted(CONNECT_THREADS),
                BASELINES,
                (bed, variant) -> connects(bed, room, family, settings.seconds())));
    // It decides what processes of the host do, and nothing that is forwarded.
    return room == Room.HOST
        ? all
        : all.stream().map(each -> each.onlyFor(v -> !(v instanceof OpenSnitch))).toList();
  }

  private Outcome latency(Bed bed, Variant variant, Room room, int family, int rate) {
    int count = settings.samples();
    return ProcessCost.around(
        bed,
        variant,
        count,
        () ->
            Outcome.latency(
                Load.in(bed, room).connect(family, settings.spread(family), rate, count)));
  }

  private Outcome connects(Bed bed, Room room, int family, int seconds) {
    return Outcome.rate(
        Load.in(bed, room)
            .connectsPerSecond(family, settings.spread(family), CONNECT_THREADS, seconds));
  }
}
