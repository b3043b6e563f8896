// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Variants side by side: each has a lab of its own, all are up together, and rounds go through them
 * in turn (A B C, C B A, A B C …), so that what else the machine does meets all alike.
 */
final class Contest {
  private final String part;
  private final List<Variant> variants;
  private final List<Scenario> scenarios;
  private final Map<String, String> notes = new LinkedHashMap<>();
  private final Map<String, Map<String, Series>> results = new LinkedHashMap<>();

  /**
   * @param part a name for it in reports: one word, lower case
   */
  Contest(String part, List<Variant> variants, List<Scenario> scenarios) {
    this.part = part;
    this.variants = List.copyOf(variants);
    this.scenarios = List.copyOf(scenarios);
  }

  String part() {
    return part;
  }

  List<Variant> variants() {
    return variants;
  }

  List<Scenario> scenarios() {
    return scenarios;
  }

  /** What each variant had to say in the end. */
  String note(Variant variant) {
    return notes.getOrDefault(variant.name(), "");
  }

  /** What was measured so far: by scenario, then by variant. */
  Map<String, Map<String, Series>> results() {
    return results;
  }

  /**
   * Runs it.
   *
   * @param warmUp what is done in each lab first, unmeasured
   * @throws BenchFailure when anything went wrong; all labs are down then, too
   */
  void run(
      Checkout checkout,
      Settings settings,
      BiConsumer<Bed, Variant> warmUp,
      Consumer<String> progress) {
    List<Bed> beds = new ArrayList<>();
    try {
      for (Variant variant : variants) {
        progress.accept(part + ": starting " + variant.name());
        Bed bed = Bed.up(checkout, settings.labPrefix() + "-" + beds.size());
        beds.add(bed);
        variant.start(bed);
        warmUp.accept(bed, variant);
      }
      for (int round = 1; round <= settings.rounds(); round++) {
        for (Scenario scenario : scenarios) {
          progress.accept(
              "%s: round %d of %d, %s".formatted(part, round, settings.rounds(), scenario.name()));
          round(round, scenario, beds);
        }
      }
      for (int i = 0; i < beds.size(); i++) {
        notes.put(variants.get(i).name(), variants.get(i).check(beds.get(i)));
      }
    } finally {
      beds.forEach(Bed::close);
    }
  }

  private void round(int round, Scenario scenario, List<Bed> beds) {
    for (int i = 0; i < beds.size(); i++) {
      int at = round % 2 == 1 ? i : beds.size() - 1 - i;
      Variant variant = variants.get(at);
      if (!scenario.meantFor().test(variant)) {
        continue;
      }
      Outcome outcome = measure(scenario, beds.get(at), variant);
      results
          .computeIfAbsent(scenario.name(), name -> new LinkedHashMap<>())
          .computeIfAbsent(variant.name(), name -> new Series())
          .add(outcome);
    }
  }

  private static Outcome measure(Scenario scenario, Bed bed, Variant variant) {
    try {
      Outcome outcome = scenario.action().apply(bed, variant);
      bed.checkAlive();
      return outcome;
    } catch (BenchFailure e) {
      throw new BenchFailure(
          "%s, %s (logs in %s): %s"
              .formatted(scenario.name(), variant.name(), bed.work(), e.getMessage()),
          e);
    }
  }
}
