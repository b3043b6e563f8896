// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/** What grows, and how, as policies, domains and learnt addresses do, or endpoints. */
final class Scale {
  private static final int MOST_ROUNDS = 2;
  private static final List<Integer> WORKLOADS = List.of(1, 10, 100, 1_000);

  /** So many connections show that a daemon knows again what it had learnt. */
  private static final int RESTORED = 100;

  private final Settings settings;
  private final String part;
  private final String axis;
  private final Map<String, FullPolicy> sizes;
  private final Map<String, Integer> amounts = new LinkedHashMap<>();

  /** What was reachable in a daemon before it had learnt anything, by the variant's name. */
  private final Map<String, Long> untaught = new ConcurrentHashMap<>();

  private Scale(Settings settings, String part, String axis, Map<String, FullPolicy> sizes) {
    this.settings = settings;
    this.part = part;
    this.axis = axis;
    this.sizes = sizes;
  }

  /** More policies, and with them more domains and addresses; one workload. */
  static Contest ofPolicies(Settings settings) {
    Map<String, FullPolicy> sizes = new LinkedHashMap<>();
    FullPolicy.SCALE.forEach(size -> sizes.put("p" + size.policies(), size));
    Scale scale =
        new Scale(settings, "scale", "policies (10 domains and 100 addresses each)", sizes);
    return scale.contest(FullPolicy::policies);
  }

  /** More workloads that the same policies govern. */
  static Contest ofEndpoints(Settings settings) {
    Map<String, FullPolicy> sizes = new LinkedHashMap<>();
    for (int workloads : WORKLOADS) {
      sizes.put("e" + workloads, new FullPolicy(100, 1_000, workloads));
    }
    Scale scale = new Scale(settings, "endpoints", "workloads", sizes);
    return scale.contest(FullPolicy::workloads);
  }

  private Contest contest(ToIntFunction<FullPolicy> amount) {
    List<Variant> variants = new ArrayList<>();
    sizes.forEach(
        (name, size) -> {
          if (settings.extent() == Extent.WHOLE || variants.size() < 3) {
            variants.add(settings.daemon(Namegate.ofScale(name, size)));
            amounts.put(name, amount.applyAsInt(size));
          }
        });
    return new Contest(part, variants, scenarios())
        .warmedUpBy((bed, variant) -> teach(bed, (Namegate) variant))
        .along(new Axis(axis, amounts))
        .inAtMost(MOST_ROUNDS);
  }

  private List<Scenario> scenarios() {
    String all = "TCP connects to all learnt addresses in turn, decided by the daemon";
    String paced = ", %,d a second".formatted(settings.rate());
    return List.of(
        scenario(
            "verdict",
            all + ", one after the other",
            (bed, daemon) -> connects(bed, daemon, Load.BACK_TO_BACK)),
        scenario("learn", "lookups of fresh names one after the other", this::learn),
        scenario(
            "heap", "what is reachable in the heap, and that over what was before", this::heap),
        scenario(
            "verdict-paced", all + paced, (bed, daemon) -> connects(bed, daemon, settings.rate())),
        scenario(
            "verdict-reloading",
            all + paced + ", while policies are reloaded again and again",
            this::connectsWhileReloading),
        scenario(
            "reload",
            "from SIGHUP until one changed policy is in force",
            (bed, daemon) ->
                Outcome.value(Metric.RELOAD_MS, new Reload(bed, daemon.policy()).one())),
        scenario(
            "reload-all",
            "from SIGHUP until all policies, each of them changed, are in force",
            (bed, daemon) ->
                Outcome.value(Metric.RELOAD_MS, new Reload(bed, daemon.policy()).all())),
        scenario("restart", "process start to ready, with all that was learnt", this::restart));
  }

  private Scenario scenario(String name, String about, BiFunction<Bed, Namegate, Outcome> action) {
    String smallest = amounts.keySet().iterator().next();
    return Scenario.of(
        name, about, List.of(smallest), (bed, variant) -> action.apply(bed, (Namegate) variant));
  }

  /** Looks up every name, ten IPv6 addresses each, and uses what the scenarios use. */
  private void teach(Bed bed, Namegate daemon) {
    untaught.put(daemon.name(), liveBytes(bed));
    FullPolicy policy = daemon.policy();
    Load load = Load.in(bed, Room.WORKLOAD);
    load.lookUpAll(Bed.TRUSTED6, policy.domains(), 6);
    load.connectsPerSecond(6, policy.addresses(), 4, settings.warmUpSeconds());
    learnt(bed, settings.warmUpSeconds() * 1_000);
  }

  private static long liveBytes(Bed bed) {
    return Jvm.of(bed.process(DaemonProcess.NAME)).liveBytes();
  }

  private Outcome connects(Bed bed, Namegate daemon, int rate) {
    int count = settings.samples();
    return Outcome.latency(
        Load.in(bed, Room.WORKLOAD).connect(6, daemon.policy().addresses(), rate, count));
  }

  private Outcome connectsWhileReloading(Bed bed, Namegate daemon) {
    Reload.Meanwhile<Outcome> meanwhile =
        new Reload(bed, daemon.policy()).during(() -> connects(bed, daemon, settings.rate()));
    return meanwhile.measured().and(Map.of(Metric.RELOADS, (double) meanwhile.reloads()));
  }

  private Outcome learn(Bed bed, Namegate daemon) {
    return learnt(bed, settings.samples());
  }

  private static Outcome learnt(Bed bed, int count) {
    var names = new Load.Names(FullPolicy.FRESH, bed.freshNames(count), 0, 1, 6);
    return Outcome.latency(
        Load.in(bed, Room.WORKLOAD).query(Bed.TRUSTED6, names, Load.BACK_TO_BACK, count));
  }

  private Outcome heap(Bed bed, Namegate daemon) {
    long live = liveBytes(bed);
    double learnt = live - untaught.getOrDefault(daemon.name(), 0L);
    double resident = ProcessCost.from(bed, bed.process(DaemonProcess.NAME)).residentMib();
    // The fresh names of learning are among them, with one address each.
    double addresses = DaemonProcess.knownAddresses(bed);
    if (addresses < daemon.policy().addresses()) {
      throw new BenchFailure(
          "it knows %,.0f addresses of those it was taught".formatted(addresses));
    }
    return Outcome.value(Metric.HEAP_MIB, live / 1048576.0)
        .and(Map.of(Metric.RESIDENT_MIB, resident, Metric.ADDRESS_BYTES, learnt / addresses));
  }

  private Outcome restart(Bed bed, Namegate daemon) {
    bed.stop(DaemonProcess.NAME);
    double ms = daemon.startAgain(bed);
    // All that it may accept it must have known before.
    Load.in(bed, Room.WORKLOAD)
        .connect(6, daemon.policy().addresses(), Load.BACK_TO_BACK, RESTORED);
    return Outcome.value(Metric.START_MS, ms);
  }
}
