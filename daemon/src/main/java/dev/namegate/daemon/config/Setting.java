// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.Position;
import dev.namegate.policy.Problem;
import dev.namegate.policy.Severity;
import dev.namegate.policy.YamlValue;

/** What one source says of one parameter, and where it says so. */
sealed interface Setting {
  /** A problem at the place of this setting. */
  Problem problem(Severity severity, String message, String suggestion);

  /**
   * In an environment variable or a line of the file.
   *
   * @param at the file and the line; what is no file has a name and line 0
   * @param name of the parameter, as it is written there
   * @param text without blanks around it, not empty
   */
  record Text(Position at, String name, String text) implements Setting {
    @Override
    public Problem problem(Severity severity, String message, String suggestion) {
      return new Problem(severity, at.file(), at.line(), at.column(), name, message, suggestion);
    }
  }

  /** In an object. */
  record Written(YamlValue value) implements Setting {
    @Override
    public Problem problem(Severity severity, String message, String suggestion) {
      Position at = value.position();
      return new Problem(
          severity, at.file(), at.line(), at.column(), value.path(), message, suggestion);
    }
  }
}
