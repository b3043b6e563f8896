// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.List;

/** From the start of the process until the rules hold. */
final class Starts {
  private static final int MOST_ROUNDS = 5;

  /** So many connections show that a daemon knows again what it had learnt. */
  private static final int RESTORED = 100;

  private Starts() {}

  static Contest contest(Settings settings) {
    boolean small = settings.extent() == Extent.SELF_TEST;
    FullPolicy large = small ? FullPolicy.SMALL : FullPolicy.LARGE;
    List<Variant> variants =
        small
            ? List.of(new SeedPolicies(), taught(settings, "large", large))
            : List.of(
                new SeedPolicies(),
                taught(settings, "large", large),
                taught(settings, "largest", FullPolicy.LARGEST));
    Scenario start =
        Scenario.of(
            "start",
            "from the start of scripts/namegate to `ready`; what had been learnt is restored",
            List.of(),
            (bed, variant) -> startAgain(bed, variant, large.addresses()));
    return new Contest("start", variants, List.of(start))
        .warmedUpBy((bed, variant) -> teach(bed, variant, large.domains()))
        .inAtMost(MOST_ROUNDS);
  }

  private static Variant taught(Settings settings, String name, FullPolicy policy) {
    return settings.daemon(Namegate.inMode(name, "DelayDNSResponse", policy));
  }

  private static void teach(Bed bed, Variant variant, int names) {
    if (variant instanceof Namegate) {
      Load.in(bed, Room.WORKLOAD).lookUpAll(Bed.TRUSTED, names, 4);
    }
  }

  private static Outcome startAgain(Bed bed, Variant variant, int addresses) {
    bed.stop(DaemonProcess.NAME);
    double ms;
    if (variant instanceof Namegate namegate) {
      ms = namegate.startAgain(bed);
      // All that it may accept it must have known before.
      Load.in(bed, Room.WORKLOAD).connect(4, addresses, Load.BACK_TO_BACK, RESTORED);
    } else {
      ms = DaemonProcess.start(bed, SeedPolicies.NODE, "").toNanos() / 1e6;
    }
    return Outcome.value(Metric.START_MS, ms);
  }
}
