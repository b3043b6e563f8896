// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import dev.namegate.perf.bench.CConsumer.Feeds;
import dev.namegate.perf.bench.CConsumer.Way;
import dev.namegate.perf.bench.Scenario.Often;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** DNS replies, and connections to what they name. */
final class ReplyContests {
  private static final int OUTSTANDING = 64;
  private static final int REPEATED_NAMES = 100;
  private static final int MOST_REPLIES_A_SECOND = 300_000;
  private static final int FIRST_A_SECOND = 1_000;
  private static final List<String> RIVALS =
      List.of("none", "c-plain-ipset", "c-batched-ipset", "dnsmasq-ipset", "dnsmasq-nftset");

  private final Settings settings;

  ReplyContests(Settings settings) {
    this.settings = settings;
  }

  /** What is asked: which names, from where, over which family, for how many addresses each. */
  private record Questions(String name, Room room, int spread, int addresses, int family) {
    Questions(String name, int spread, int addresses, int family) {
      this(name, Room.WORKLOAD, spread, addresses, family);
    }

    String about() {
      return "%s names, %d IPv%d addresses in each reply%s"
          .formatted(
              spread == 0 ? "fresh" : spread + " repeated",
              addresses,
              family,
              room == Room.HOST ? ", asked by a process of the host" : "");
    }
  }

  /** The C consumers among themselves, with and without adding to a set. */
  Contest limit() {
    List<Variant> variants = new ArrayList<>(List.of(Baseline.NONE));
    for (Feeds feeds : new Feeds[] {Feeds.REPLIES, Feeds.REPLIES_AND_SET}) {
      for (Way way : new Way[] {Way.PLAIN, Way.BATCHED, Way.POLLING}) {
        variants.add(new CConsumer(way, feeds));
      }
    }
    List<String> baselines = List.of("none", "c-plain");
    List<Scenario> scenarios =
        new ArrayList<>(paced(new Questions("fresh", 0, 1, 4), baselines, variant -> true));
    scenarios.addAll(unpaced(new Questions("fresh", 0, 1, 4), baselines));
    scenarios.addAll(unpaced(new Questions("fresh-v6", 0, 1, 6), baselines));
    return new Contest("limit-dns", variants, scenarios).warmedUpBy(this::warmUp).inAtMost(3);
  }

  /** What each adds to a lookup, and what it takes off the rate. */
  Contest dns() {
    List<Variant> variants = new ArrayList<>();
    variants.add(Baseline.NONE);
    variants.add(new CConsumer(Way.PLAIN, Feeds.REPLIES_AND_SET));
    variants.add(inMode("namegate", "DelayDNSResponse"));
    if (settings.extent() != Extent.SELF_TEST) {
      variants.add(new CConsumer(Way.BATCHED, Feeds.REPLIES_AND_SET));
      variants.add(new Dnsmasq(Dnsmasq.Kind.IPSET));
      variants.add(new Dnsmasq(Dnsmasq.Kind.NFTSET));
    }
    if (settings.extent() == Extent.WHOLE) {
      variants.add(inMode("namegate-ddp", "DelayDeniedPacket"));
      variants.add(inMode("namegate-nodelay", "NoDelay"));
      variants.add(new Dnsmasq(Dnsmasq.Kind.PLAIN));
      if (OpenSnitch.isInstalled()) {
        variants.add(new OpenSnitch());
      }
    }
    return new Contest("dns", variants, scenarios()).warmedUpBy(this::warmUp);
  }

  private Variant inMode(String name, String mode) {
    return settings.daemon(Namegate.inMode(name, mode, settings.policy()));
  }

  private List<Scenario> scenarios() {
    Questions fresh = new Questions("fresh", 0, 1, 4);
    List<Scenario> scenarios = new ArrayList<>(paced(fresh, RIVALS, ReplyContests::isInTargets));
    scenarios.addAll(unpaced(fresh, RIVALS));
    if (settings.extent() != Extent.SELF_TEST) {
      scenarios.addAll(unpaced(new Questions("repeated", REPEATED_NAMES, 1, 4), RIVALS));
    }
    if (settings.extent() == Extent.WHOLE) {
      List<Scenario> rare = new ArrayList<>();
      Questions fresh6 = new Questions("fresh-v6", 0, 1, 6);
      rare.addAll(paced(fresh6, RIVALS, ReplyContests::isInTargets));
      rare.addAll(unpaced(fresh6, RIVALS));
      rare.addAll(unpaced(new Questions("fresh-10", 0, 10, 4), RIVALS));
      rare.addAll(unpaced(new Questions("fresh-100", 0, 100, 4), RIVALS));
      rare.addAll(unpaced(new Questions("fresh-100-v6", 0, 100, 6), RIVALS));
      rare.add(ofHost());
      rare.forEach(each -> scenarios.add(each.in(Often.EVERY_OTHER_ROUND)));
    }
    return scenarios;
  }

  /** Whether a target speaks of it: only these take the time that paced queries need. */
  private static boolean isInTargets(Variant variant) {
    return RIVALS.contains(variant.name()) || variant.name().equals("namegate");
  }

  private List<Scenario> paced(
      Questions asked, List<String> baselines, Predicate<Variant> meantFor) {
    return List.of(
        Scenario.of(
                asked.name() + "-paced",
                asked.about() + ", %,d queries a second".formatted(settings.rate()),
                baselines,
                (bed, variant) -> latency(bed, variant, asked, settings.rate()))
            .onlyFor(meantFor)
            .onlyFor(variant -> !(variant instanceof OpenSnitch)));
  }

  private List<Scenario> unpaced(Questions asked, List<String> baselines) {
    Predicate<Variant> decidesForwarded = variant -> !(variant instanceof OpenSnitch);
    return List.of(
        backToBack(asked, baselines).onlyFor(decidesForwarded),
        Scenario.of(
                asked.name() + "-rate",
                asked.about() + ", %d queries under way".formatted(OUTSTANDING),
                baselines,
                (bed, variant) -> replies(bed, variant, asked, settings.seconds()))
            .onlyFor(decidesForwarded));
  }

  private Scenario backToBack(Questions asked, List<String> baselines) {
    return Scenario.of(
        asked.name() + "-back-to-back",
        asked.about() + ", one after the other",
        baselines,
        (bed, variant) -> latency(bed, variant, asked, Load.BACK_TO_BACK));
  }

  /** OpenSnitch reads the replies that processes of the host get, and forwards none. */
  private Scenario ofHost() {
    List<String> takePart = List.of("none", "c-plain-ipset", "namegate", "opensnitch");
    return backToBack(new Questions("fresh-host", Room.HOST, 0, 1, 4), List.of("none"))
        .onlyFor(variant -> takePart.contains(variant.name()));
  }

  private Outcome latency(Bed bed, Variant variant, Questions asked, int rate) {
    int count = settings.samples();
    Load.Names names = names(bed, asked, count);
    return ProcessCost.around(
        bed,
        variant,
        count,
        () ->
            Outcome.latency(
                Load.in(bed, asked.room())
                    .query(variant.server(asked.family()), names, rate, count)));
  }

  private static Outcome replies(Bed bed, Variant variant, Questions asked, int seconds) {
    Load.Names names = names(bed, asked, (long) MOST_REPLIES_A_SECOND * seconds);
    return Outcome.rate(
        Load.in(bed, asked.room())
            .queriesPerSecond(variant.server(asked.family()), names, OUTSTANDING, seconds));
  }

  private static Load.Names names(Bed bed, Questions asked, long count) {
    long first = asked.spread() == 0 ? bed.freshNames(count) : 0;
    return new Load.Names(
        FullPolicy.FRESH, first, asked.spread(), asked.addresses(), asked.family());
  }

  private void warmUp(Bed bed, Variant variant) {
    Room room = variant instanceof OpenSnitch ? Room.HOST : Room.WORKLOAD;
    if (room == Room.HOST) {
      var unused = latency(bed, variant, new Questions("", room, 0, 1, 4), Load.BACK_TO_BACK);
    } else {
      int seconds = settings.warmUpSeconds(variant);
      var unused = replies(bed, variant, new Questions("", 0, 1, 4), seconds);
      if (settings.extent() == Extent.WHOLE) {
        unused = replies(bed, variant, new Questions("", 0, 10, 6), seconds / 2);
      }
    }
  }

  /** A fresh name and a connection to it at once. */
  Contest first() {
    List<Variant> variants = new ArrayList<>();
    variants.add(Baseline.NONE);
    variants.add(inMode("namegate", "DelayDNSResponse"));
    if (settings.extent() != Extent.SELF_TEST) {
      variants.add(1, Baseline.CONNTRACK);
      variants.add(inMode("namegate-ddp", "DelayDeniedPacket"));
    }
    List<Scenario> scenarios = new ArrayList<>(List.of(first(4)));
    if (settings.extent() == Extent.WHOLE) {
      scenarios.add(first(6).in(Often.EVERY_OTHER_ROUND));
    }
    return new Contest("first", variants, scenarios)
        .warmedUpBy(
            (bed, variant) -> {
              int warmUp = settings.warmUpSeconds(variant) * FIRST_A_SECOND;
              var unused = first(bed, variant, 4, Load.BACK_TO_BACK, warmUp);
              if (settings.extent() == Extent.WHOLE) {
                unused = first(bed, variant, 6, Load.BACK_TO_BACK, warmUp / 2);
              }
            });
  }

  private Scenario first(int family) {
    return Scenario.of(
        "fresh-v" + family,
        "look up a fresh name and connect to it over IPv%d, %,d a second, lookup and connect together"
            .formatted(family, settings.rate()),
        List.of("none"),
        (bed, variant) -> first(bed, variant, family, settings.rate(), settings.samples()));
  }

  private static Outcome first(Bed bed, Variant variant, int family, int rate, int count) {
    return Outcome.latency(
        Load.in(bed, Room.WORKLOAD)
            .first(variant.server(family), FullPolicy.FRESH, family, rate, count));
  }
}
