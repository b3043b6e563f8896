// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One value of a YAML document, its place and its path.
 *
 * <p><b>Errors:</b> a reader of a type that the value is not of reports the problem and returns
 * nothing; the object that the value belongs to is then refused as a whole.
 */
public final class YamlValue {
  private static final Pattern DURATION_PART =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(h|ms|m|s|us|µs|ns)");

  private final YamlNode node;
  private final String file;
  private final FieldPath path;
  private final Problems problems;
  private @Nullable YamlObject object;

  YamlValue(YamlNode node, String file, FieldPath path, Problems problems) {
    this.node = node;
    this.file = file;
    this.path = path;
    this.problems = problems;
  }

  /** The same value, not read yet, reporting to these problems. */
  public YamlValue reportTo(Problems reportTo) {
    return new YamlValue(node, file, path, reportTo);
  }

  public Position position() {
    return node.position(file);
  }

  public String path() {
    return path.toString();
  }

  YamlNode node() {
    return node;
  }

  boolean isNull() {
    return node.isScalar(Tag.NULL);
  }

  /** Whether this is text, quoted or not, and not a number, a truth value or nothing. */
  public boolean isString() {
    return node.isScalar(Tag.STR);
  }

  public boolean isInteger() {
    return node.isScalar(Tag.INT);
  }

  /** Whether this is nothing, or an empty list, mapping or text. */
  boolean isEmpty() {
    return isNull() || (isString() && text().isBlank()) || (!node.isScalar() && node.size() == 0);
  }

  boolean isFalse() {
    return node.isScalar(Tag.BOOL) && !Boolean.parseBoolean(text());
  }

  public void error(String message, String suggestion) {
    problems.error(position(), path(), message, suggestion);
  }

  public void warning(String message, String suggestion) {
    problems.warning(position(), path(), message, suggestion);
  }

  public @Nullable String asString() {
    if (isString()) {
      return text();
    }
    error(
        "is " + what() + " where text is due",
        node.isScalar() && !isNull() ? "quote it: '" + text() + "'" : "");
    return null;
  }

  public OptionalInt asInteger(int min, int max) {
    String range = "a whole number from " + min + " to " + max;
    if (isInteger()) {
      try {
        int value = Integer.parseInt(text());
        if (value >= min && value <= max) {
          return OptionalInt.of(value);
        }
      } catch (NumberFormatException e) {
        // Hexadecimal, octal or beyond 32 bits: out of range for every field that we have.
      }
      error(text() + " is out of range", "write " + range);
      return OptionalInt.empty();
    }
    error("is " + what() + " where a number is due", "write " + range);
    return OptionalInt.empty();
  }

  public OptionalDouble asNumber() {
    boolean number = isInteger() || node.isScalar(Tag.FLOAT);
    if (number) {
      try {
        double value = Double.parseDouble(text());
        if (Double.isFinite(value)) {
          return OptionalDouble.of(value + 0.0); // no negative zero
        }
      } catch (NumberFormatException e) {
        // .inf, .nan, 0x10: YAML has them, JSON and so Calico has not.
      }
    }
    error("is " + what() + " where a number is due", "write it as 100 or 100.5");
    return OptionalDouble.empty();
  }

  public @Nullable Boolean asBool() {
    if (node.isScalar(Tag.BOOL)) {
      return Boolean.parseBoolean(text());
    }
    error("is " + what() + " where true or false is due", "write true or false");
    return null;
  }

  /** A duration as Go writes it: {@code 1m30s123ms}. */
  public @Nullable Duration asDuration() {
    String advice = "write a duration such as 500ms, 3s or 1m30s";
    if (!isString()) {
      if (node.isScalar() && text().equals("0")) {
        return Duration.ZERO;
      }
      error("is " + what() + " where a duration is due", advice);
      return null;
    }
    try {
      return parseDuration(text());
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      error("\"" + text() + "\" is not a duration", advice);
      return null;
    }
  }

  private static Duration parseDuration(String text) {
    Matcher matcher = DURATION_PART.matcher(text);
    double nanos = 0;
    int end = 0;
    while (end < text.length() && matcher.find(end) && matcher.start() == end) {
      double unit =
          switch (matcher.group(2)) {
            case "h" -> 3600e9;
            case "m" -> 60e9;
            case "s" -> 1e9;
            case "ms" -> 1e6;
            case "ns" -> 1;
            default -> 1e3;
          };
      nanos += Double.parseDouble(matcher.group(1)) * unit;
      end = matcher.end();
    }
    if (end == 0 || end != text.length() || nanos > Long.MAX_VALUE) {
      throw new DateTimeException(text);
    }
    return Duration.ofNanos(Math.round(nanos));
  }

  /** The elements of a list; reports and returns none for anything else. */
  public List<YamlValue> elements() {
    if (!node.isList() || !node.hasTag(Tag.SEQ)) {
      error("is " + what() + " where a list is due", "start each element with \"- \"");
      return List.of();
    }
    List<YamlValue> elements = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      elements.add(new YamlValue(node.element(i), file, path.element(i), problems));
    }
    return elements;
  }

  /** The mapping, which is one object however often it is asked for. */
  public @Nullable YamlObject asObject() {
    if (object == null && node.isMapping() && node.hasTag(Tag.MAP)) {
      object = new YamlObject(node, file, path, problems);
    }
    if (object != null) {
      return object;
    }
    error("is " + what() + " where a mapping is due", "write \"key: value\" lines");
    return null;
  }

  /** The text of a scalar as it was written, quotes taken away. */
  public String text() {
    return node.text();
  }

  private String what() {
    String tag = node.tag().getValue();
    return switch (tag.substring(tag.lastIndexOf(':') + 1)) {
      case "map" -> "a mapping";
      case "seq" -> "a list";
      case "null" -> "empty";
      case "str" -> "the text \"" + text() + "\"";
      case "int", "float" -> "the number " + text();
      case "bool" -> "the truth value " + text();
      default -> "a value with the tag " + tag;
    };
  }
}
