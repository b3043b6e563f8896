// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.YamlValue;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** True or false. */
final class BoolType implements ValueType<Boolean> {
  private static final Set<String> TRUE = Set.of("true", "1", "yes", "y", "t");
  private static final Set<String> FALSE = Set.of("false", "0", "no", "n", "f");

  @Override
  public Boolean parse(String text) throws BadValueException {
    String word = text.toLowerCase(Locale.ROOT);
    if (TRUE.contains(word)) {
      return true;
    }
    if (FALSE.contains(word)) {
      return false;
    }
    throw new BadValueException(
        "\"" + text + "\" is neither true nor false", "write true or false");
  }

  @Override
  public @Nullable Boolean read(YamlValue value) {
    return value.asBool();
  }

  @Override
  public String show(Boolean value) {
    return value.toString();
  }
}
