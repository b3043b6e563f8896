// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects every problem, so that a person sees all of them at once.
 *
 * <p><b>Threading:</b> confined to the thread that reads.
 */
public final class Problems {
  private final List<Problem> problems = new ArrayList<>();
  private int errors;

  public void add(Problem problem) {
    problems.add(problem);
    if (problem.severity() == Severity.ERROR) {
      errors++;
    }
  }

  void addAll(Problems others) {
    others.problems.forEach(this::add);
  }

  /** Adds those of an object: if it is refused, only what it is refused for. */
  void addOfObject(Problems object) {
    for (Problem problem : object.problems) {
      if (object.errors == 0 || problem.severity() == Severity.ERROR) {
        add(problem);
      }
    }
  }

  void error(Position at, String path, String message, String suggestion) {
    add(Problem.error(at, path, message, suggestion));
  }

  void warning(Position at, String path, String message, String suggestion) {
    add(Problem.warning(at, path, message, suggestion));
  }

  void notice(Position at, String path, String message, String suggestion) {
    add(Problem.notice(at, path, message, suggestion));
  }

  /** How many errors there are so far: a reader that compares two counts knows if it met one. */
  public int errors() {
    return errors;
  }

  /** All problems by file, line and column. */
  public List<Problem> sorted() {
    return problems.stream().sorted(Problem.BY_POSITION).toList();
  }
}
