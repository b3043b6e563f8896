// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What operators can choose of queues, CPUs and buffers, beside the default. */
final class QueueContests {
  private static final String DEFAULT = "default";
  private static final int MOST_ROUNDS = 5;

  private QueueContests() {}

  /** How new flows are spread, with buffers that take a burst. */
  static Contest spread(Settings settings) {
    List<Variant> variants = new ArrayList<>();
    variants.add(daemon(settings, DEFAULT, Map.of()));
    Map<String, String> one = Map.of("flowQueues", "1");
    variants.add(daemon(settings, "queues-1", one));
    Map<String, String> bound = new TreeMap<>(one);
    bound.put("flowCpus", "[0]");
    variants.add(daemon(settings, "queues-1-cpu0", bound));
    Map<String, String> two = new TreeMap<>(Map.of("flowQueues", "2"));
    two.put("flowQueueSpread", "Addresses");
    variants.add(daemon(settings, "queues-2", two));
    // Told where to run, a thread polls, as it does not where it runs by itself.
    Map<String, String> polling = Map.of("flowQueues", "2", "flowCpus", "[0, 1]");
    variants.add(daemon(settings, "queues-2-by-cpu-polling", polling));
    List<Scenario> scenarios = new ArrayList<>();
    FlowContests flows = new FlowContests(settings);
    flows.scenarios(Room.WORKLOAD, 4).forEach(each -> scenarios.add(each.against(DEFAULT)));
    scenarios.add(Overload.burst(4).against(DEFAULT));
    return contest("queues", variants, scenarios, settings);
  }

  /** What a burst loses. */
  static Contest buffers(Settings settings) {
    List<Variant> variants = new ArrayList<>();
    variants.add(daemon(settings, "large-buffers", Map.of()));
    Map<String, String> rings = Map.of("flowRingSlots", "4096");
    variants.add(daemon(settings, "ring-4096", rings));
    rings = Map.of("flowRingSlots", "16384");
    variants.add(daemon(settings, "ring-16384", rings));
    variants.add(settings.daemon(Namegate.byQueue(settings.policy()).named("default-buffers")));
    return contest(
        "buffers", variants, List.of(Overload.burst(4).against("large-buffers")), settings);
  }

  private static Contest contest(
      String name, List<Variant> variants, List<Scenario> scenarios, Settings settings) {
    return new Contest(name, variants, scenarios)
        .warmedUpBy(
            (bed, variant) -> {
              new FlowContests(settings).warmUp(bed, variant);
              Overload.warmUp(bed, variant, settings.warmUpSeconds(variant));
            })
        .inAtMost(MOST_ROUNDS);
  }

  private static Namegate daemon(Settings settings, String name, Map<String, String> more) {
    return settings.daemon(Namegate.underOverload(name, settings.policy(), more));
  }
}
