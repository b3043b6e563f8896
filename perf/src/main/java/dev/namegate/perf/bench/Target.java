// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What the daemon promises: a ratio of medians of one run, and its limit.
 *
 * @param about what it says
 * @param part the contest
 * @param scenario the scenario
 * @param variant whose figure is divided
 * @param baseline by whose figure; empty for none
 * @param metric which figure
 * @param addedOver the variant whose figure is taken off both first; empty for none
 * @param atLeast whether the limit is a lower one
 * @param limit the limit
 */
record Target(
    String about,
    String part,
    String scenario,
    String variant,
    String baseline,
    Metric metric,
    String addedOver,
    boolean atLeast,
    double limit) {

  /** What was reached, or nothing when it was not measured. */
  OptionalDouble reached(Results results) {
    OptionalDouble of = results.value(part, scenario, variant, metric);
    if (baseline.isEmpty()) {
      return of;
    }
    OptionalDouble by = results.value(part, scenario, baseline, metric);
    if (addedOver.isEmpty()) {
      return Results.ratio(of, by);
    }
    OptionalDouble off = results.value(part, scenario, addedOver, metric);
    return Results.ratio(minus(of, off), minus(by, off));
  }

  private static OptionalDouble minus(OptionalDouble of, OptionalDouble off) {
    return of.isPresent() && off.isPresent()
        ? OptionalDouble.of(of.getAsDouble() - off.getAsDouble())
        : OptionalDouble.empty();
  }

  boolean holds(double reached) {
    return atLeast ? reached >= limit : reached <= limit;
  }

  private static Target most(
      String about, String where, String variant, String baseline, Metric metric, double limit) {
    String[] words = where.split("/", -1);
    return new Target(about, words[0], words[1], variant, baseline, metric, "", false, limit);
  }

  private static Target least(
      String about, String where, String variant, String baseline, double limit) {
    String[] words = where.split("/", -1);
    return new Target(
        about, words[0], words[1], variant, baseline, Metric.PER_SECOND, "", true, limit);
  }

  private static Target mostAdded(String about, String where, String baseline, double limit) {
    String[] words = where.split("/", -1);
    return new Target(
        about, words[0], words[1], "namegate", baseline, Metric.P50, "none", false, limit);
  }

  /** Those of flows, DNS replies and first connections. */
  static List<Target> all() {
    List<Target> all = new ArrayList<>();
    for (String room : List.of("workload-v4", "host-v4", "workload-v6", "host-v6")) {
      flows(room, "paced", all);
      flows(room, "back-to-back", all);
      String rate = "flows/" + room + "-rate";
      String queue = "namegate-queue";
      all.add(least("flows by queue, " + room + ", per second", rate, queue, "c-plain", 1.1));
      if (room.startsWith("host")) {
        all.add(least("flows by queue, " + room + ", per second", rate, queue, "opensnitch", 15));
      }
    }
    for (String names : List.of("fresh", "repeated", "fresh-10", "fresh-100", "fresh-v6")) {
      replies(names, all);
    }
    for (String family : List.of("v4", "v6")) {
      String where = "first/fresh-" + family;
      String about = "first connection, " + family;
      all.add(most(about, where, "namegate", "none", Metric.P50, 1.25));
      all.add(most(about + ", DelayDeniedPacket", where, "namegate-ddp", "none", Metric.P50, 1.25));
    }
    all.add(
        least("verdicts on a full queue", "overload/burst", "namegate-queue", "c-batched", 1.0));
    for (String scenario : List.of("burst", "sustained")) {
      all.add(
          most(
              "overload, " + scenario,
              "overload/" + scenario,
              "namegate-queue",
              "",
              Metric.LOST,
              0));
    }
    String largest = "p10000";
    all.add(most("growth of a verdict", "scale/verdict", largest, Scale.SMALLEST, Metric.P50, 1.2));
    all.add(most("growth of learning", "scale/learn", largest, Scale.SMALLEST, Metric.P50, 2));
    all.add(
        most("reload of 10,000 policies, ms", "scale/reload", largest, "", Metric.RELOAD_MS, 500));
    for (String variant : List.of("namegate-queue", "namegate")) {
      all.add(most("longest GC pause, ms", "load/mix", variant, "", Metric.PAUSE_MAX_MS, 1));
    }
    return all;
  }

  private static void flows(String room, String pace, List<Target> all) {
    String where = "flows/" + room + "-" + pace;
    String about = "flows by queue, " + room + " " + pace;
    all.add(most(about, where, "namegate-queue", "c-plain", Metric.P50, 0.75));
    all.add(most(about, where, "namegate-queue", "c-plain", Metric.P99, 1.0));
    all.add(most(about, where, "namegate-queue", "c-plain", Metric.P999, 1.2));
    about = "flows by kernel fast path, " + room + " " + pace;
    all.add(most(about, where, "namegate", "none", Metric.P50, 1.1));
    all.add(most(about, where, "namegate", "none", Metric.P99, 1.2));
  }

  private static void replies(String names, List<Target> all) {
    for (String pace : List.of("paced", "back-to-back")) {
      String where = "dns/" + names + "-" + pace;
      String about = "DNS replies, " + names + " " + pace;
      all.add(most(about, where, "namegate", "c-plain-ipset", Metric.P50, 1.0));
      all.add(most(about, where, "namegate", "c-plain-ipset", Metric.P99, 1.1));
      if (!names.equals("repeated")) {
        all.add(mostAdded(about + ", added p50", where, "dnsmasq-ipset", 0.4));
        all.add(mostAdded(about + ", added p50", where, "dnsmasq-nftset", 0.05));
      }
    }
    String where = "dns/" + names + "-rate";
    String about = "DNS replies, " + names + ", per second";
    all.add(least(about, where, "namegate", "c-plain-ipset", 1.3));
    all.add(least(about, where, "namegate", "c-batched-ipset", 0.95));
    // What dnsmasq has in its cache it adds to no set.
    if (!names.equals("repeated")) {
      all.add(least(about, where, "namegate", "dnsmasq-ipset", 3.5));
      all.add(least(about, where, "namegate", "dnsmasq-nftset", 20));
    }
  }
}
