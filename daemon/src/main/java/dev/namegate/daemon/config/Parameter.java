// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.Problem;
import dev.namegate.policy.Problems;
import dev.namegate.policy.Severity;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One parameter, described once: what is read, and what the documentation says of it.
 *
 * @param name as objects spell it
 * @param fallback its value where nothing says another
 * @param meaning what it does here, for people
 * @param shownDefault the fallback, for people
 * @param needsRestart whether a daemon that runs cannot take over another value
 * @param warning what to know of a value; empty if nothing
 */
record Parameter<T>(
    String name,
    ValueType<T> type,
    T fallback,
    String meaning,
    String shownDefault,
    boolean needsRestart,
    Function<T, Optional<Advice>> warning) {

  /** A default that is longer would hide what is wrong. */
  private static final int BRIEF = 50;

  /**
   * A warning.
   *
   * @param what what is so
   * @param suggestion what would be right
   */
  record Advice(String what, String suggestion) {}

  static <T> Parameter<T> of(String name, ValueType<T> type, T fallback, String meaning) {
    return new Parameter<>(
        name, type, fallback, meaning, type.show(fallback), false, value -> Optional.empty());
  }

  /** The same, with another text for its default. */
  Parameter<T> showingDefault(String text) {
    return new Parameter<>(name, type, fallback, meaning, text, needsRestart, warning);
  }

  Parameter<T> takenAtStart() {
    return new Parameter<>(name, type, fallback, meaning, shownDefault, true, warning);
  }

  Parameter<T> warning(Function<T, Optional<Advice>> newWarning) {
    return new Parameter<>(name, type, fallback, meaning, shownDefault, needsRestart, newWarning);
  }

  /**
   * The value that is written there; null, and a problem, if none is.
   *
   * @param wins whether no source of higher precedence says another: then the default holds in the
   *     place of a value that is none
   */
  @Nullable T read(Setting setting, boolean wins, Problems problems) {
    Problems found = new Problems();
    T value = read(setting, found);
    boolean isSound = found.errors() == 0 && value != null;
    String consequence = wins ? "; the default holds" + briefDefault() : "";
    for (Problem problem : found.sorted()) {
      problems.add(problem.severity() == Severity.ERROR ? withMore(problem, consequence) : problem);
    }
    if (value == null || !isSound) {
      return null;
    }
    warning
        .apply(value)
        .ifPresent(
            advice ->
                problems.add(
                    setting.problem(Severity.WARNING, advice.what(), advice.suggestion())));
    return value;
  }

  private String briefDefault() {
    return shownDefault.length() > BRIEF ? "" : ": " + shownDefault;
  }

  private @Nullable T read(Setting setting, Problems found) {
    if (setting instanceof Setting.Written written) {
      return type.read(written.value().reportTo(found));
    }
    try {
      return type.parse(((Setting.Text) setting).text());
    } catch (BadValueException e) {
      found.add(setting.problem(Severity.ERROR, e.what(), e.suggestion()));
      return null;
    }
  }

  private static Problem withMore(Problem problem, String more) {
    return new Problem(
        problem.severity(),
        problem.file(),
        problem.line(),
        problem.column(),
        problem.path(),
        problem.message() + more,
        problem.suggestion());
  }
}
