// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.Position;
import dev.namegate.policy.Problem;
import dev.namegate.policy.Problems;
import dev.namegate.policy.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Parameters as names and texts: the variables {@code FELIX_*} of the environment, or the lines of
 * the configuration file. What is empty is not set.
 */
final class TextSource implements ParameterSource {
  private static final String PREFIX = "FELIX_";
  private static final String SECTION = "[global]";

  private final Position whole;
  private final Map<String, Setting.Text> settings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Problems problems;

  private TextSource(String place, Problems problems) {
    this.whole = new Position(place, 0, 0);
    this.problems = problems;
  }

  /** The variables whose names begin with {@code FELIX_}, in letters of whatever case. */
  static TextSource ofEnvironment(Map<String, String> environment, Problems problems) {
    TextSource source = new TextSource("environment", problems);
    new TreeMap<>(environment)
        .forEach(
            (variable, text) -> {
              if (variable.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                source.add(
                    variable.substring(PREFIX.length()),
                    new Setting.Text(source.whole, variable, text.strip()));
              }
            });
    return source;
  }

  /**
   * The lines {@code Name = value} before any section and in the section {@code [global]}; {@code
   * #} and {@code ;} begin a comment.
   */
  static TextSource ofFile(Path file, Problems problems) throws IOException {
    TextSource source = new TextSource(file.toString(), problems);
    List<String> lines = Files.readAllLines(file);
    boolean counts = true;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      Position at = new Position(file.toString(), i + 1, 1);
      if (line.startsWith("[")) {
        counts = source.section(line, at);
      } else if (!line.isEmpty() && !line.startsWith("#") && !line.startsWith(";") && counts) {
        source.line(line, at);
      }
    }
    return source;
  }

  private boolean section(String line, Position at) {
    boolean counts = line.equalsIgnoreCase(SECTION);
    if (!counts) {
      problems.add(
          problem(
              Severity.WARNING,
              at,
              "",
              "what follows " + line + " is not read",
              "move settings to " + SECTION));
    }
    return counts;
  }

  private void line(String line, Position at) {
    int equals = line.indexOf('=');
    String name = equals < 0 ? "" : line.substring(0, equals).strip();
    if (name.isEmpty()) {
      problems.add(
          problem(Severity.ERROR, at, "", "\"" + line + "\" is no setting", "write Name = value"));
      return;
    }
    add(name, new Setting.Text(at, name, unquoted(line.substring(equals + 1).strip())));
  }

  private static String unquoted(String text) {
    boolean isQuoted =
        text.length() >= 2
            && (text.startsWith("\"") || text.startsWith("'"))
            && text.charAt(0) == text.charAt(text.length() - 1);
    return isQuoted ? text.substring(1, text.length() - 1).strip() : text;
  }

  private void add(String parameter, Setting.Text setting) {
    if (setting.text().isEmpty()) {
      return;
    }
    Setting.Text earlier = settings.putIfAbsent(parameter, setting);
    if (earlier != null) {
      problems.add(
          setting.problem(
              Severity.ERROR,
              "is set twice; in force is "
                  + earlier.name()
                  + (earlier.at().line() == 0 ? "" : " of line " + earlier.at().line()),
              "keep one of the two"));
    }
  }

  @Override
  public @Nullable Setting setting(String parameter) {
    return settings.get(parameter);
  }

  @Override
  public List<String> names() {
    return List.copyOf(settings.keySet());
  }

  @Override
  public String spelling(String name) {
    Setting.Text setting = settings.get(name);
    return setting == null ? name : setting.name();
  }

  @Override
  public Problem problem(Severity severity, String name, String message, String suggestion) {
    Setting.Text setting = settings.get(name);
    return setting == null
        ? problem(severity, whole, name, message, suggestion)
        : setting.problem(severity, message, suggestion);
  }

  @Override
  public Problem problem(Severity severity, String message, String suggestion) {
    return problem(severity, whole, "", message, suggestion);
  }

  private static Problem problem(
      Severity severity, Position at, String path, String message, String suggestion) {
    return new Problem(severity, at.file(), at.line(), at.column(), path, message, suggestion);
  }
}
