// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.YamlValue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is written as one text everywhere.
 *
 * @param shown the text of a value
 */
record TextType<T>(Parser<T> parser, Function<T, String> shown) implements ValueType<T> {
  /** Makes a value of a text. */
  interface Parser<T> {
    T parse(String text) throws BadValueException;
  }

  @Override
  public T parse(String text) throws BadValueException {
    return parser.parse(text);
  }

  @Override
  public @Nullable T read(YamlValue value) {
    String text = value.asString();
    try {
      return text == null ? null : parser.parse(text);
    } catch (BadValueException e) {
      value.error(e.what(), e.suggestion());
      return null;
    }
  }

  @Override
  public String show(T value) {
    return shown.apply(value);
  }
}
