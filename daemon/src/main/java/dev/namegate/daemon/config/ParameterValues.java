// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.Problems;
import dev.namegate.policy.Severity;
import dev.namegate.policy.Spelling;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The value of each parameter of a table, as the sources say.
 *
 * <p><b>Ordering:</b> the first source that sets a parameter decides. If what it says is no value,
 * the default holds, and not what another source says.
 *
 * <p><b>Errors:</b> what is no value, and every name that the table does not have, is reported.
 */
final class ParameterValues {
  /** Those that a source gives. Each parameter is there once, so they need not be compared. */
  private final IdentityHashMap<Parameter<?>, Object> values = new IdentityHashMap<>();

  private final List<ParameterSource> sources;

  private ParameterValues(List<ParameterSource> sources) {
    this.sources = sources;
  }

  /** Resolves all parameters of the table; the sources are in order of precedence. */
  static ParameterValues resolve(
      ParameterTable table, List<ParameterSource> sources, Problems problems) {
    ParameterValues resolved = new ParameterValues(sources);
    table.parameters().forEach(parameter -> resolved.resolve(parameter, problems));
    sources.forEach(source -> reportOthers(table, source, problems));
    return resolved;
  }

  private <T> void resolve(Parameter<T> parameter, Problems problems) {
    boolean decided = false;
    for (ParameterSource source : sources) {
      Setting setting = source.setting(parameter.name());
      if (setting != null) {
        T read = parameter.read(setting, !decided, problems);
        if (!decided && read != null) {
          values.put(parameter, read);
        }
        decided = true;
      }
    }
  }

  private static void reportOthers(
      ParameterTable table, ParameterSource source, Problems problems) {
    List<String> never = new ArrayList<>();
    List<String> notYet = new ArrayList<>();
    for (String name : source.names()) {
      if (table.isWithoutEffect(name)) {
        never.add(source.spelling(name));
      } else if (table.isWithoutEffectYet(name)) {
        notYet.add(source.spelling(name));
      } else if (!table.isKnown(name)) {
        problems.add(
            source.problem(
                Severity.ERROR, name, "unknown " + table.word(), suggestion(table, name)));
      }
    }
    withoutEffect(never, notYet)
        .ifPresent(
            text ->
                problems.add(
                    source.problem(
                        Severity.WARNING, text, "remove what is not for Calico's own use")));
  }

  private static String suggestion(ParameterTable table, String name) {
    return Spelling.closest(name, new TreeSet<>(table.names()))
        .map(closest -> "did you mean \"" + closest + "\"?")
        .orElse("docs/operations.md lists all");
  }

  private static Optional<String> withoutEffect(List<String> never, List<String> notYet) {
    List<String> parts = new ArrayList<>();
    if (!never.isEmpty()) {
      parts.add("of no effect here: " + String.join(", ", never));
    }
    if (!notYet.isEmpty()) {
      parts.add("of no effect here yet: " + String.join(", ", notYet));
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
  }

  <T> T get(Parameter<T> parameter) {
    return given(parameter).orElse(parameter.fallback());
  }

  /** What a source says, if it is a value; empty if the default holds. */
  @SuppressWarnings("unchecked") // resolve() puts what the parameter's type reads
  <T> Optional<T> given(Parameter<T> parameter) {
    return Optional.ofNullable((T) values.get(parameter));
  }

  /** The default takes the place of the value, because two values exclude each other. */
  void reset(Parameter<?> parameter) {
    values.remove(parameter);
  }

  /** Reports an error where a value of the parameter was given; returns whether one was. */
  boolean reportError(
      Parameter<?> parameter, String message, String suggestion, Problems problems) {
    if (!values.containsKey(parameter)) {
      return false;
    }
    for (ParameterSource source : sources) {
      Setting setting = source.setting(parameter.name());
      if (setting != null) {
        problems.add(setting.problem(Severity.ERROR, message, suggestion));
        return true;
      }
    }
    return false;
  }
}
