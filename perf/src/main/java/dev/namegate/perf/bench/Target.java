// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon promises, and its limit.
 *
 * @param about what it says
 * @param of the figure it speaks of
 * @param by the figure it is compared with; null for none
 * @param how what is made of the two
 * @param bound which side of the limit is good
 * @param limit the limit
 */
record Target(String about, Figure of, @Nullable Figure by, How how, Bound bound, double limit) {
  private static final String NOTHING = "none";

  /** How two figures become one. */
  enum How {
    /** The first alone. */
    VALUE,
    /** The first divided by the second. */
    RATIO,
    /** As {@link #RATIO}, of what each adds to no enforcement in the same scenario. */
    RATIO_OF_ADDED,
    /** The first less the second, in microseconds. */
    DIFFERENCE
  }

  /** Which side of a limit is good. */
  enum Bound {
    AT_MOST("≤"),
    AT_LEAST("≥");

    private final String sign;

    Bound(String sign) {
      this.sign = sign;
    }
  }

  static Target most(String about, Figure of, double limit) {
    return new Target(about, of, null, How.VALUE, Bound.AT_MOST, limit);
  }

  static Target most(String about, Figure of, Figure by, double limit) {
    return new Target(about, of, by, How.RATIO, Bound.AT_MOST, limit);
  }

  static Target least(String about, Figure of, String by, double limit) {
    return new Target(about, of, of.of(by), How.RATIO, Bound.AT_LEAST, limit);
  }

  /** What was reached, or nothing when it was not measured. */
  OptionalDouble reached(Results results) {
    OptionalDouble mine = of.in(results);
    OptionalDouble theirs = by == null ? OptionalDouble.empty() : by.in(results);
    return switch (how) {
      case VALUE -> mine;
      case RATIO -> Results.ratio(mine, theirs);
      case RATIO_OF_ADDED -> {
        OptionalDouble off = of.of(NOTHING).in(results);
        yield Results.ratio(minus(mine, off), minus(theirs, off));
      }
      case DIFFERENCE -> {
        OptionalDouble difference = minus(mine, theirs);
        yield difference.isPresent()
            ? OptionalDouble.of(difference.getAsDouble() / 1_000)
            : OptionalDouble.empty();
      }
    };
  }

  private static OptionalDouble minus(OptionalDouble of, OptionalDouble off) {
    return of.isPresent() && off.isPresent()
        ? OptionalDouble.of(of.getAsDouble() - off.getAsDouble())
        : OptionalDouble.empty();
  }

  boolean holds(double reached) {
    return bound == Bound.AT_LEAST ? reached >= limit : reached <= limit;
  }

  /** Which figure it is, compared with what. */
  String measure() {
    String other =
        by == null
            ? ""
            : by.scenario().equals(of.scenario()) ? by.variant() : "that of " + by.scenario();
    return of.metric().label()
        + switch (how) {
          case VALUE -> "";
          case RATIO -> " / " + other;
          case RATIO_OF_ADDED -> " added / added by " + other;
          case DIFFERENCE -> ", µs more than " + other;
        };
  }

  String limitText() {
    return bound.sign + " " + String.format(Locale.ROOT, limit % 1 == 0 ? "%.0f" : "%s", limit);
  }
}
