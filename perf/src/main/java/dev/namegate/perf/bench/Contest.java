// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
  private BiConsumer<Bed, Variant> warmUp = (bed, variant) -> {};
  private Supplier<? extends Conditions> conditions = () -> () -> {};
  private int mostRounds = Integer.MAX_VALUE;
  private @Nullable Axis axis;

  /**
   * @param part a name for it in reports: one word, lower case
   */
  Contest(String part, List<Variant> variants, List<Scenario> scenarios) {
    this.part = part;
    this.variants = List.copyOf(variants);
    this.scenarios = List.copyOf(scenarios);
  }

  /** With this done in each lab first, unmeasured. */
  Contest warmedUpBy(BiConsumer<Bed, Variant> action) {
    warmUp = action;
    return this;
  }

  /** While these conditions hold. */
  Contest under(Supplier<? extends Conditions> needed) {
    conditions = needed;
    return this;
  }

  /** In no more rounds than these. */
  Contest inAtMost(int rounds) {
    mostRounds = rounds;
    return this;
  }

  /** Each variant is larger than the one before. */
  Contest along(Axis grown) {
    axis = grown;
    return this;
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

  /** What grows from variant to variant; null if nothing does. */
  @Nullable Axis axis() {
    return axis;
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
   * @throws BenchFailure when anything went wrong; all labs are down then, too
   */
  void run(Checkout checkout, Settings settings, Consumer<String> progress) {
    List<Bed> beds = new ArrayList<>();
    Conditions held = conditions.get();
    try {
      for (Variant variant : variants) {
        progress.accept(part + ": starting " + variant.name());
        Bed bed = Bed.up(checkout, settings.labPrefix() + "-" + beds.size());
        beds.add(bed);
        variant.start(bed);
        warmUp.accept(bed, variant);
      }
      int rounds = Math.min(mostRounds, settings.rounds());
      for (int round = 1; round <= rounds; round++) {
        for (Scenario scenario : scenarios) {
          if (scenario.often().isIn(round)) {
            progress.accept(
                "%s: round %d of %d, %s".formatted(part, round, rounds, scenario.name()));
            round(round, scenario, beds);
          }
        }
      }
      for (int i = 0; i < beds.size(); i++) {
        notes.put(variants.get(i).name(), variants.get(i).check(beds.get(i)));
      }
    } finally {
      held.close();
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
