// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.Problem;
import dev.namegate.policy.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place that may set any parameter: the environment, the file, or an object. Of several, the one
 * of the highest precedence is asked first.
 */
interface ParameterSource {
  /** What it says of the parameter of this name, whose case does not count; null if nothing. */
  @Nullable Setting setting(String parameter);

  /** The names of all parameters that it sets. */
  List<String> names();

  /** How it spells one of its names, with all that goes with it. */
  String spelling(String name);

  /** A problem of what it says under one of its names. */
  Problem problem(Severity severity, String name, String message, String suggestion);

  /** A problem of the source as a whole. */
  Problem problem(Severity severity, String message, String suggestion);
}
