// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.Comparator;

/**
 * One thing that is wrong, or risky, in what a person wrote.
 *
 * @param file as it was named to the reader
 * @param line from 1; 0 if the file as a whole is meant
 * @param column in code points, from 1; 0 if the file as a whole is meant
 * @param path the object and the field: {@code NetworkPolicy(shop/web).spec.egress[2].action};
 *     empty if no object is meant
 * @param message what is wrong
 * @param suggestion what would be right; may be empty
 */
public record Problem(
    Severity severity,
    String file,
    int line,
    int column,
    String path,
    String message,
    String suggestion) {
  /** In the order in which a person reads the files. */
  static final Comparator<Problem> BY_POSITION = Problem::compareByPosition;

  // Comparator.comparing and its like make a class for each use at run time; a start would wait.
  private static int compareByPosition(Problem one, Problem other) {
    int result = one.file.compareTo(other.file);
    result = result != 0 ? result : Integer.compare(one.line, other.line);
    result = result != 0 ? result : Integer.compare(one.column, other.column);
    result = result != 0 ? result : one.path.compareTo(other.path);
    return result != 0 ? result : one.message.compareTo(other.message);
  }

  static Problem error(Position at, String path, String message, String suggestion) {
    return new Problem(
        Severity.ERROR, at.file(), at.line(), at.column(), path, message, suggestion);
  }

  static Problem warning(Position at, String path, String message, String suggestion) {
    return new Problem(
        Severity.WARNING, at.file(), at.line(), at.column(), path, message, suggestion);
  }

  static Problem notice(Position at, String path, String message, String suggestion) {
    return new Problem(
        Severity.NOTICE, at.file(), at.line(), at.column(), path, message, suggestion);
  }

  public Position position() {
    return new Position(file, line, column);
  }

  /** {@code file:line:column: path: what is wrong — what would be right}. */
  @Override
  public String toString() {
    return position()
        + ": "
        + (path.isEmpty() ? "" : path + ": ")
        + message
        + (suggestion.isEmpty() ? "" : " — " + suggestion);
  }
}
