// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.YamlValue;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a parameter look like: in an object, and in the environment or the file, which
 * have text only.
 *
 * <p><b>Threading:</b> immutable.
 */
interface ValueType<T> {
  /**
   * The value that this text from the environment or the file is; it has no blanks around it and is
   * not empty.
   */
  T parse(String text) throws BadValueException;

  /** The value in an object; null if it is none, which is reported. */
  @Nullable T read(YamlValue value);

  /** The value as an object would have it, for people. */
  String show(T value);

  /** How the environment and the file write it, where that is another way; empty otherwise. */
  default String textForm() {
    return "";
  }
}
