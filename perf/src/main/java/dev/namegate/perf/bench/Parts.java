// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import dev.namegate.perf.bench.CConsumer.Feeds;
import dev.namegate.perf.bench.CConsumer.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What is compared with what. */
final class Parts {
  private static final int CONNECT_THREADS = 16;
  private static final int OUTSTANDING = 64;
  private static final int FIRST_A_SECOND = 1_000;
  private static final int REPEATED_NAMES = 100;
  private static final int MOST_REPLIES_A_SECOND = 300_000;

  private final Settings settings;

  Parts(Settings settings) {
    this.settings = settings;
  }

  /** The C consumers among themselves, with the load that the other parts use. */
  Contest limitOfFlows() {
    List<Variant> variants = new ArrayList<>(List.of(Baseline.NONE, Baseline.CONNTRACK));
    for (Way way : Way.values()) {
      variants.add(new CConsumer(way, Feeds.FLOWS));
    }
    return new Contest(
        "limit-flows", variants, flows(Room.WORKLOAD, 4, Parts::anyone, "none", "c-plain"));
  }

  /** The same for DNS replies, with and without adding to a set. */
  Contest limitOfReplies() {
    List<Variant> variants = new ArrayList<>(List.of(Baseline.NONE));
    for (Feeds feeds : new Feeds[] {Feeds.REPLIES, Feeds.REPLIES_AND_SET}) {
      for (Way way : Way.values()) {
        variants.add(new CConsumer(way, feeds));
      }
    }
    return new Contest("limit-dns", variants, dns("fresh", 0, 1, 4, "none", "c-plain"));
  }

  /** New TCP connections. */
  Contest flows() {
    List<Variant> variants = new ArrayList<>();
    variants.add(Baseline.NONE);
    variants.add(new CConsumer(Way.PLAIN, Feeds.FLOWS));
    variants.add(namegate(Namegate.byQueue(settings.policy())));
    variants.add(namegate(Namegate.byFastPath(settings.policy())));
    Predicate<Variant> decidesForwarded = variant -> !(variant instanceof OpenSnitch);
    List<Scenario> scenarios =
        new ArrayList<>(flows(Room.WORKLOAD, 4, decidesForwarded, "none", "c-plain"));
    if (settings.extent() != Extent.SELF_TEST) {
      variants.add(1, Baseline.CONNTRACK);
      if (OpenSnitch.isInstalled()) {
        variants.add(new OpenSnitch());
      }
      scenarios.addAll(flows(Room.HOST, 4, Parts::anyone, "none", "c-plain"));
    }
    if (settings.extent() == Extent.WHOLE) {
      scenarios.addAll(flows(Room.WORKLOAD, 6, decidesForwarded, "none", "c-plain"));
      scenarios.addAll(flows(Room.HOST, 6, Parts::anyone, "none", "c-plain"));
    }
    return new Contest("flows", variants, scenarios);
  }

  /** DNS replies. */
  Contest dns() {
    List<Variant> variants = new ArrayList<>();
    variants.add(Baseline.NONE);
    variants.add(new CConsumer(Way.PLAIN, Feeds.REPLIES_AND_SET));
    variants.add(namegate(Namegate.inMode("namegate", "DelayDNSResponse", settings.policy())));
    if (settings.extent() != Extent.SELF_TEST) {
      variants.add(new CConsumer(Way.BATCHED, Feeds.REPLIES_AND_SET));
      variants.add(new Dnsmasq(Dnsmasq.Kind.IPSET));
      variants.add(new Dnsmasq(Dnsmasq.Kind.NFTSET));
    }
    if (settings.extent() == Extent.WHOLE) {
      variants.add(
          namegate(Namegate.inMode("namegate-ddp", "DelayDeniedPacket", settings.policy())));
      variants.add(namegate(Namegate.inMode("namegate-nodelay", "NoDelay", settings.policy())));
      variants.add(new Dnsmasq(Dnsmasq.Kind.PLAIN));
    }
    return new Contest("dns", variants, dnsScenarios());
  }

  private List<Scenario> dnsScenarios() {
    String[] baselines = {
      "none", "c-plain-ipset", "c-batched-ipset", "dnsmasq-ipset", "dnsmasq-nftset"
    };
    List<Scenario> scenarios = new ArrayList<>(dns("fresh", 0, 1, 4, baselines));
    if (settings.extent() != Extent.SELF_TEST) {
      scenarios.addAll(dns("repeated", REPEATED_NAMES, 1, 4, baselines));
    }
    if (settings.extent() == Extent.WHOLE) {
      scenarios.addAll(dns("fresh-10", 0, 10, 4, baselines));
      scenarios.addAll(dns("fresh-100", 0, 100, 4, baselines));
      scenarios.addAll(dns("fresh-v6", 0, 1, 6, baselines));
    }
    return scenarios;
  }

  /** More than comes in usual life. */
  Contest overload() {
    List<Variant> variants = new ArrayList<>();
    for (Way way : Way.values()) {
      variants.add(new CConsumer(way, Feeds.FLOWS));
    }
    FullPolicy policy = settings.policy();
    variants.add(namegate(Namegate.underOverload("namegate-queue", policy, Map.of())));
    variants.add(
        namegate(
            Namegate.underOverload("namegate-queue-own", policy, Map.of("stageThreads", "Own"))));
    int seconds = settings.extent() == Extent.WHOLE ? 10 : 3;
    List<String> baselines = List.of("c-batched", "c-plain");
    return new Contest(
        "overload",
        variants,
        List.of(
            new Scenario(
                "burst",
                "60,000 new flows while the consumer is stopped for a second; verdicts a second after that",
                baselines,
                Parts::anyone,
                Overload::burst),
            new Scenario(
                "sustained",
                "100,000 new flows a second are sent for %d s; those that arrive"
                    .formatted(seconds),
                baselines,
                Parts::anyone,
                (bed, variant) -> Overload.sustained(bed, variant, seconds))));
  }

  /** A fresh name and a connection to it at once. */
  Contest first() {
    List<Variant> variants = new ArrayList<>();
    variants.add(Baseline.NONE);
    variants.add(namegate(Namegate.inMode("namegate", "DelayDNSResponse", settings.policy())));
    if (settings.extent() != Extent.SELF_TEST) {
      variants.add(1, Baseline.CONNTRACK);
      variants.add(
          namegate(Namegate.inMode("namegate-ddp", "DelayDeniedPacket", settings.policy())));
    }
    List<Scenario> scenarios = new ArrayList<>(List.of(first(4)));
    if (settings.extent() == Extent.WHOLE) {
      scenarios.add(first(6));
    }
    return new Contest("first", variants, scenarios);
  }

  /** What wakes up and compiles all that a part measures. */
  void warmUp(Contest contest, Bed bed, Variant variant) {
    int seconds = settings.warmUpSeconds();
    switch (contest.part()) {
      case "flows", "limit-flows", "load" -> {
        var unused = connects(bed, Room.HOST, 4, seconds);
        unused = connects(bed, Room.WORKLOAD, 4, seconds);
      }
      case "first" -> {
        var unused = first(bed, variant, 4, Load.BACK_TO_BACK, seconds * FIRST_A_SECOND);
      }
      case "scale" -> Scale.warmUp(bed, variant, seconds);
      case "overload" -> {
        Overload.prepare(bed, variant);
        var unused = Overload.sustained(bed, variant, seconds);
      }
      default -> {
        var unused = replies(bed, variant, 0, 1, 4, seconds);
      }
    }
  }

  private static boolean anyone(Variant variant) {
    return !variant.name().isEmpty();
  }

  private Namegate namegate(Namegate variant) {
    return variant.with(settings.daemonSettings());
  }

  private List<Scenario> flows(
      Room room, int family, Predicate<Variant> meantFor, String... baselines) {
    String name = (room == Room.HOST ? "host" : "workload") + "-v" + family;
    int spread = settings.spread(family);
    String about =
        "TCP connects of %s over IPv%d to %,d addresses"
            .formatted(room == Room.HOST ? "a process of the host" : "a workload", family, spread);
    return List.of(
        new Scenario(
            name + "-paced",
            about
                + ", %,d a second, from the time each was meant to start"
                    .formatted(settings.rate()),
            List.of(baselines),
            // At this rate it drops packets.
            meantFor.and(variant -> !(variant instanceof OpenSnitch)),
            (bed, variant) ->
                Outcome.latency(
                    Load.in(bed, room)
                        .connect(family, spread, settings.rate(), settings.samples()))),
        new Scenario(
            name + "-back-to-back",
            about + ", one after the other",
            List.of(baselines),
            meantFor,
            (bed, variant) ->
                Outcome.latency(
                    Load.in(bed, room)
                        .connect(family, spread, Load.BACK_TO_BACK, settings.samples()))),
        new Scenario(
            name + "-rate",
            about + ", by %d threads".formatted(CONNECT_THREADS),
            List.of(baselines),
            meantFor,
            (bed, variant) -> connects(bed, room, family, settings.seconds())));
  }

  private Outcome connects(Bed bed, Room room, int family, int seconds) {
    return Outcome.rate(
        Load.in(bed, room)
            .connectsPerSecond(family, settings.spread(family), CONNECT_THREADS, seconds));
  }

  private List<Scenario> dns(
      String name, int spread, int addresses, int family, String... baselines) {
    String about =
        "%s names, %d IPv%d addresses in each reply"
            .formatted(spread == 0 ? "fresh" : spread + " repeated", addresses, family);
    return List.of(
        new Scenario(
            name + "-paced",
            about + ", %,d queries a second".formatted(settings.rate()),
            List.of(baselines),
            Parts::anyone,
            (bed, variant) -> queries(bed, variant, spread, addresses, family, settings.rate())),
        new Scenario(
            name + "-back-to-back",
            about + ", one after the other",
            List.of(baselines),
            Parts::anyone,
            (bed, variant) -> queries(bed, variant, spread, addresses, family, Load.BACK_TO_BACK)),
        new Scenario(
            name + "-rate",
            about + ", %d queries under way".formatted(OUTSTANDING),
            List.of(baselines),
            Parts::anyone,
            (bed, variant) ->
                replies(bed, variant, spread, addresses, family, settings.seconds())));
  }

  private Outcome queries(
      Bed bed, Variant variant, int spread, int addresses, int family, int rate) {
    var names = names(bed, spread, addresses, family, settings.samples());
    return Outcome.latency(
        Load.in(bed, Room.WORKLOAD).query(variant.server(family), names, rate, settings.samples()));
  }

  private static Outcome replies(
      Bed bed, Variant variant, int spread, int addresses, int family, int seconds) {
    var names = names(bed, spread, addresses, family, (long) MOST_REPLIES_A_SECOND * seconds);
    return Outcome.rate(
        Load.in(bed, Room.WORKLOAD)
            .queriesPerSecond(variant.server(family), names, OUTSTANDING, seconds));
  }

  private static Load.Names names(Bed bed, int spread, int addresses, int family, long count) {
    long first = spread == 0 ? bed.freshNames(count) : 0;
    return new Load.Names(FullPolicy.FRESH, first, spread, addresses, family);
  }

  private Scenario first(int family) {
    return new Scenario(
        "fresh-v" + family,
        "look up a fresh name and connect to it over IPv%d, %,d a second, lookup and connect together"
            .formatted(family, settings.rate()),
        List.of("none"),
        Parts::anyone,
        (bed, variant) -> first(bed, variant, family, settings.rate(), settings.samples()));
  }

  private static Outcome first(Bed bed, Variant variant, int family, int rate, int count) {
    return Outcome.latency(
        Load.in(bed, Room.WORKLOAD)
            .first(variant.server(family), FullPolicy.FRESH, family, rate, count));
  }
}
