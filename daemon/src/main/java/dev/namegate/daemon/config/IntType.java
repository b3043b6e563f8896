// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.YamlValue;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A whole number of a range. */
final class IntType implements ValueType<Integer> {
  private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,10}");

  private final int min;
  private final int max;

  IntType(int min, int max) {
    this.min = min;
    this.max = max;
  }

  @Override
  public Integer parse(String text) throws BadValueException {
    boolean isNumber = DIGITS.matcher(text).matches();
    long number = isNumber ? Long.parseLong(text) : 0;
    if (!isNumber || number < min || number > max) {
      throw new BadValueException(
          "\"" + text + "\" is not a number in range",
          "write a whole number from " + min + " to " + max);
    }
    return (int) number;
  }

  @Override
  public @Nullable Integer read(YamlValue value) {
    OptionalInt number = value.asInteger(min, max);
    return number.isPresent() ? number.getAsInt() : null;
  }

  @Override
  public String show(Integer value) {
    return value.toString();
  }
}
