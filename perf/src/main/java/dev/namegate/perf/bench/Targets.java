// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import dev.namegate.perf.bench.Target.Bound;
import dev.namegate.perf.bench.Target.How;
import java.util.ArrayList;
import java.util.List;

/** What the daemon promises, all of it. */
final class Targets {
  private static final String QUEUE = "namegate-queue";
  private static final String FAST_PATH = "namegate";
  private static final String C = "c-plain";
  private static final String NONE = "none";

  private final List<Target> all = new ArrayList<>();

  private Targets() {}

  static List<Target> all() {
    Targets targets = new Targets();
    for (String room : List.of("workload-v4", "host-v4", "workload-v6", "host-v6")) {
      targets.flows(room);
    }
    for (String family : List.of("v4", "v6")) {
      targets.haltPolling("workload-" + family);
    }
    for (String names : List.of("fresh", "fresh-v6", "repeated", "fresh-10", "fresh-100")) {
      targets.replies(names);
    }
    for (String family : List.of("v4", "v6")) {
      targets.first(family);
      targets.overload(family);
    }
    targets.growth();
    targets.reload();
    targets.costs();
    return List.copyOf(targets.all);
  }

  private void most(String about, String where, String variant, Metric metric, double limit) {
    all.add(Target.most(about, Figure.of(where, variant, metric), limit));
  }

  private void mostOf(
      String about, String where, String variant, String by, Metric metric, double limit) {
    Figure of = Figure.of(where, variant, metric);
    all.add(Target.most(about, of, of.of(by), limit));
  }

  private void leastOf(String about, String where, String variant, String by, double limit) {
    all.add(Target.least(about, Figure.of(where, variant, Metric.PER_SECOND), by, limit));
  }

  private void flows(String room) {
    for (String pace : List.of("paced", "back-to-back")) {
      String where = "flows/" + room + "-" + pace;
      String about = "flow by queue, " + room + " " + pace;
      mostOf(about, where, QUEUE, C, Metric.P50, 0.75);
      mostOf(about, where, QUEUE, C, Metric.P99, 1.0);
      mostOf(about, where, QUEUE, C, Metric.P999, 1.2);
      about = "flow by kernel fast path, " + room + " " + pace;
      mostOf(about, where, FAST_PATH, NONE, Metric.P50, 1.1);
      mostOf(about, where, FAST_PATH, NONE, Metric.P99, 1.2);
    }
    String where = "flows/" + room + "-rate";
    String about = "flows by queue, " + room;
    leastOf(about, where, QUEUE, C, 1.1);
    if (room.startsWith("host")) {
      leastOf(about, where, QUEUE, "opensnitch", 15);
    }
  }

  private void haltPolling(String room) {
    for (String pace : List.of("paced", "back-to-back")) {
      String about = "flow by queue, halt polling on, " + room + " " + pace;
      Figure of = Figure.of("halt/" + room + "-" + pace, QUEUE, Metric.P50);
      all.add(Target.most(about, of, of.of(C), 1.0));
      all.add(new Target(about, of, of.of(C), How.DIFFERENCE, Bound.AT_MOST, 2));
    }
  }

  private void replies(String names) {
    boolean fresh = !names.equals("repeated");
    List<String> paces =
        names.equals("fresh") || names.equals("fresh-v6")
            ? List.of("paced", "back-to-back")
            : List.of("back-to-back");
    for (String pace : paces) {
      String where = "dns/" + names + "-" + pace;
      String about = "DelayDNSResponse, " + names + " " + pace;
      mostOf(about, where, FAST_PATH, "c-plain-ipset", Metric.P50, 1.0);
      mostOf(about, where, FAST_PATH, "c-plain-ipset", Metric.P99, 1.1);
      // What dnsmasq has in its cache it adds to no set.
      if (fresh) {
        mostAdded(about, where, "dnsmasq-ipset", 0.4);
        mostAdded(about, where, "dnsmasq-nftset", 0.05);
      }
    }
    String where = "dns/" + names + "-rate";
    String about = "DelayDNSResponse, " + names;
    leastOf(about, where, FAST_PATH, "c-plain-ipset", 1.3);
    leastOf(about, where, FAST_PATH, "c-batched-ipset", 0.95);
    if (fresh) {
      leastOf(about, where, FAST_PATH, "dnsmasq-ipset", 3.5);
      leastOf(about, where, FAST_PATH, "dnsmasq-nftset", 20);
    }
  }

  private void mostAdded(String about, String where, String by, double limit) {
    Figure of = Figure.of(where, FAST_PATH, Metric.P50);
    all.add(new Target(about, of, of.of(by), How.RATIO_OF_ADDED, Bound.AT_MOST, limit));
  }

  /** Nothing may be lost either: that would have failed the run. */
  private void first(String family) {
    String where = "first/fresh-" + family;
    String about = "first connection, " + family;
    mostOf(about, where, FAST_PATH, NONE, Metric.P50, 1.25);
    mostOf(about + ", DelayDeniedPacket", where, "namegate-ddp", NONE, Metric.P50, 1.25);
  }

  private void overload(String family) {
    String burst = "overload/burst-" + family;
    leastOf("verdicts on a full queue, " + family, burst, QUEUE, "c-batched", 1.0);
    most("60,000 in a stopped second, " + family, burst, QUEUE, Metric.LOST, 0);
    String sustained = "overload/sustained-" + family;
    most("100,000 new flows a second, " + family, sustained, QUEUE, Metric.LOST, 0);
  }

  private void growth() {
    growth("scale", "p10000", "p10");
    growth("endpoints", "e1000", "e1");
  }

  private void growth(String part, String largest, String smallest) {
    String about = "growth, " + largest + " over " + smallest;
    mostOf(about + ", verdict", part + "/verdict", largest, smallest, Metric.P50, 1.2);
    mostOf(about + ", learning", part + "/learn", largest, smallest, Metric.P50, 2);
  }

  private void reload() {
    String largest = "p10000";
    most("reload, one of 10,000 changed", "scale/reload", largest, Metric.RELOAD_MS, 500);
    most("reload, all of 10,000 changed", "scale/reload-all", largest, Metric.RELOAD_MS, 500);
    all.add(
        Target.most(
            "verdict while 10,000 are reloaded",
            Figure.of("scale/verdict-reloading", largest, Metric.P999),
            Figure.of("scale/verdict-paced", largest, Metric.P999),
            2));
  }

  private void costs() {
    most("1,000,000 addresses learnt", "scale/heap", "p10000", Metric.ADDRESS_BYTES, 40);
    most("flow by queue", "cost/flows", QUEUE, Metric.FLOW_BYTES, 0);
    for (String variant : List.of(QUEUE, FAST_PATH)) {
      most("idle, " + variant, "cost/idle", variant, Metric.CPU_PERCENT, 1);
      most("load, " + variant, "load/mix", variant, Metric.PAUSE_MAX_MS, 1);
    }
    most("start, the four seed policies", "start/start", "seed", Metric.START_MS, 400);
    most("start, 10,000 policies, 100,000 learnt", "start/start", "large", Metric.START_MS, 1_500);
  }
}
