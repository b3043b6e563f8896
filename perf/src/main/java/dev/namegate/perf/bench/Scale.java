// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What grows, and how much, as policies, domains and learnt addresses do. */
final class Scale {
  /** The one that the others are divided by. */
  static final String SMALLEST = "p10";

  private static final String DAEMON = "daemon";
  private static final Duration RELOAD_LIMIT = Duration.ofSeconds(60);

  private Scale() {}

  static Contest contest(Settings settings) {
    List<FullPolicy> sizes = FullPolicy.SCALE;
    if (settings.extent() != Extent.WHOLE) {
      sizes = sizes.subList(0, 3);
    }
    List<Variant> variants = new ArrayList<>();
    sizes.forEach(size -> variants.add(Namegate.ofScale(size).with(settings.daemonSettings())));
    int count = settings.samples();
    return new Contest(
        "scale",
        variants,
        List.of(
            scenario(
                "verdict",
                "TCP connects one after the other to all learnt addresses in turn, decided by the daemon",
                (bed, namegate) ->
                    Outcome.latency(
                        Load.in(bed, Room.WORKLOAD)
                            .connect(6, namegate.policy().addresses(), Load.BACK_TO_BACK, count))),
            scenario(
                "learn",
                "lookups of fresh names one after the other",
                (bed, namegate) -> Outcome.latency(learn(bed, count))),
            scenario("memory", "resident set after that", Scale::memory),
            scenario("reload", "from SIGHUP until a changed policy is in force", Scale::reload),
            scenario(
                "restart", "process start to ready, with all that was learnt", Scale::restart)));
  }

  private interface Action {
    Outcome run(Bed bed, Namegate namegate);
  }

  private static Scenario scenario(String name, String about, Action action) {
    return new Scenario(
        name,
        about,
        List.of(SMALLEST),
        Namegate.class::isInstance,
        (bed, variant) -> action.run(bed, (Namegate) variant));
  }

  /** Looks up every name, ten IPv6 addresses each, and uses what the scenarios use. */
  static void warmUp(Bed bed, Variant variant, int seconds) {
    FullPolicy policy = ((Namegate) variant).policy();
    Load load = Load.in(bed, Room.WORKLOAD);
    load.lookUpAll(Bed.TRUSTED6, policy.domains(), 6);
    load.connectsPerSecond(6, policy.addresses(), 4, seconds);
    learn(bed, seconds * 2_000);
  }

  private static Histogram learn(Bed bed, int count) {
    var names = new Load.Names(FullPolicy.FRESH, bed.freshNames(count), 0, 1, 6);
    return Load.in(bed, Room.WORKLOAD).query(Bed.TRUSTED6, names, Load.BACK_TO_BACK, count);
  }

  private static Outcome memory(Bed bed, Namegate namegate) {
    return Outcome.value(Metric.RESIDENT_MIB, residentKib(bed.process(DAEMON)) / 1024.0);
  }

  static long residentKib(Process process) {
    return read(Path.of("/proc/" + process.pid() + "/status"))
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0);
  }

  /** One policy gets one more domain. */
  private static Outcome reload(Bed bed, Namegate namegate) {
    Path changed = bed.work().resolve("resources/policies0.yaml");
    String text = read(changed);
    long before = reloads(bed);
    try {
      String more = "domains: [x" + System.nanoTime() + "." + FullPolicy.LISTED + ", ";
      Files.writeString(changed, text.replaceFirst("domains: \\[", more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long startNs = System.nanoTime();
    Shell.run("kill", "-HUP", "" + bed.process(DAEMON).pid()).orFail();
    while (reloads(bed) == before) {
      if (System.nanoTime() - startNs > RELOAD_LIMIT.toNanos()) {
        throw new BenchFailure("no reload after SIGHUP, see " + bed.log(DAEMON));
      }
      Shell.pause(Duration.ofMillis(1));
    }
    return Outcome.value(Metric.RELOAD_MS, (System.nanoTime() - startNs) / 1e6);
  }

  private static long reloads(Bed bed) {
    return read(bed.log(DAEMON)).lines().filter(line -> line.contains("reloaded gen")).count();
  }

  private static Outcome restart(Bed bed, Namegate namegate) {
    bed.stop(DAEMON);
    long startNs = System.nanoTime();
    namegate.startAgain(bed);
    return Outcome.value(Metric.START_MS, (System.nanoTime() - startNs) / 1e6);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
