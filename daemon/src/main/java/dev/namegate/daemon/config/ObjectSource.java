// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.ConfigObject;
import dev.namegate.policy.Position;
import dev.namegate.policy.Problem;
import dev.namegate.policy.Problems;
import dev.namegate.policy.Severity;
import dev.namegate.policy.YamlObject;
import dev.namegate.policy.YamlValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The specification of an object. */
final class ObjectSource implements ParameterSource {
  private final YamlObject spec;
  private final List<String> names;

  /** Reports to {@code problems} what is wrong with the mapping as such. */
  ObjectSource(ConfigObject object, Problems problems) {
    spec = object.spec().reportTo(problems).ignoreKeyCase();
    names = spec.keys();
  }

  @Override
  public @Nullable Setting setting(String parameter) {
    YamlValue value = spec.value(parameter);
    return value == null ? null : new Setting.Written(value);
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public String spelling(String name) {
    return name;
  }

  @Override
  public Problem problem(Severity severity, String name, String message, String suggestion) {
    YamlValue value = spec.value(name);
    return problem(
        severity,
        value == null ? spec.position() : value.position(),
        spec.path() + "." + name,
        message,
        suggestion);
  }

  @Override
  public Problem problem(Severity severity, String message, String suggestion) {
    return problem(severity, spec.position(), spec.path(), message, suggestion);
  }

  private static Problem problem(
      Severity severity, Position at, String path, String message, String suggestion) {
    return new Problem(severity, at.file(), at.line(), at.column(), path, message, suggestion);
  }
}
