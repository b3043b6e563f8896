// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.YamlValue;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A duration: {@code 1m30s123ms} in an object, a plain number of a unit in the environment and the
 * file.
 */
final class DurationType implements ValueType<Duration> {
  /** As far as times may lie apart that are compared by subtraction. */
  private static final Duration MAX = Duration.ofDays(365 * 100L);

  private static final Pattern NUMBER =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");

  private final Duration min;
  private final double unitNs;
  private final String unit;

  private DurationType(Duration min, double unitNs, String unit) {
    this.min = min;
    this.unitNs = unitNs;
    this.unit = unit;
  }

  /** As text, seconds. */
  static DurationType seconds(Duration min) {
    return new DurationType(min, 1e9, "seconds");
  }

  /** As text, milliseconds. */
  static DurationType millis(Duration min) {
    return new DurationType(min, 1e6, "milliseconds");
  }

  @Override
  public Duration parse(String text) throws BadValueException {
    if (!NUMBER.matcher(text).matches()) {
      throw new BadValueException(
          "\"" + text + "\" is not a number of " + unit, "write a plain number of " + unit);
    }
    double nanos = Double.parseDouble(text) * unitNs;
    Duration value = nanos > MAX.toNanos() ? MAX.plusNanos(1) : Duration.ofNanos(Math.round(nanos));
    if (isOut(value)) {
      throw new BadValueException(text + " " + unit + " is out of range", range());
    }
    return value;
  }

  @Override
  public @Nullable Duration read(YamlValue value) {
    Duration duration = value.asDuration();
    if (duration != null && isOut(duration)) {
      value.error(value.text() + " is out of range", range());
      return null;
    }
    return duration;
  }

  private boolean isOut(Duration value) {
    return value.compareTo(min) < 0 || value.compareTo(MAX) > 0;
  }

  private String range() {
    return "write one from " + GoDuration.format(min) + " to a hundred years";
  }

  @Override
  public String show(Duration value) {
    return GoDuration.format(value);
  }

  @Override
  public String textForm() {
    return unit;
  }
}
