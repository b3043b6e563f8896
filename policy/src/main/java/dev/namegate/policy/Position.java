// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/**
 * Where something was written.
 *
 * @param file as it was named to the reader
 * @param line from 1; 0 if the file as a whole is meant
 * @param column in code points, from 1; 0 if the file as a whole is meant
 */
public record Position(String file, int line, int column) {
  /** What no file says: the objects that are built in. */
  public static final Position BUILT_IN = new Position("built-in", 0, 0);

  static Position ofFile(String file) {
    return new Position(file, 0, 0);
  }

  /** {@code file:line:column}, or {@code file}. */
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
