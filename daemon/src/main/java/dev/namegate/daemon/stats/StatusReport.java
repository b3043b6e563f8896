// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.stats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.namegate.packet.ParseStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code namegate status} shows: facts of the running daemon, then every counter, as JSON or
 * as text for a person.
 *
 * @param facts what is not counted: versions, settings, sizes; values are strings, longs or
 *     booleans
 * @param counters the value of every counter by its exported name
 * @param parseFailures packets that did not decode, by reason
 */
public record StatusReport(
    Map<String, Object> facts, Map<String, Long> counters, Map<String, Long> parseFailures) {
  private static final JsonFactory JSON = new JsonFactory();

  /** The facts given, and the counters as they stand now. */
  public static StatusReport of(Map<String, Object> facts, Counters counters) {
    Map<String, Long> values = new LinkedHashMap<>();
    for (Counter counter : Counter.values()) {
      values.put(counter.exportedName(), counters.value(counter));
    }
    Map<String, Long> failures = new LinkedHashMap<>();
    for (int status = -1; status > -ParseStatus.COUNT; status--) {
      failures.put(ParseStatus.name(status), counters.parseFailures(status));
    }
    return new StatusReport(facts, values, failures);
  }

  /** One JSON object: the facts, then {@code counters} and {@code parseFailures}. */
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (Map.Entry<String, Object> fact : facts.entrySet()) {
        json.writeFieldName(fact.getKey());
        writeFact(json, fact.getValue());
      }
      writeNumbers(json, "counters", counters);
      writeNumbers(json, "parseFailures", parseFailures);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private static void writeFact(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Iterable<?> values) {
      json.writeStartArray();
      for (Object element : values) {
        json.writeString(String.valueOf(element));
      }
      json.writeEndArray();
    } else {
      json.writeString(String.valueOf(value));
    }
  }

  private static void writeNumbers(JsonGenerator json, String name, Map<String, Long> numbers)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> entry : numbers.entrySet()) {
      json.writeNumberField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  /** Sentences get a line each, words stand side by side. */
  private static void appendFact(String name, Object value, StringBuilder text) {
    text.append(name).append(':');
    if (value instanceof List<?> values
        && values.stream().anyMatch(each -> each.toString().contains(" "))) {
      values.forEach(each -> text.append("\n  ").append(each));
    } else {
      text.append(' ').append(value);
    }
    text.append('\n');
  }

  /** One line a fact and a counter; reasons for parse failures only where there were any. */
  public String text() {
    StringBuilder text = new StringBuilder();
    facts.forEach((name, value) -> appendFact(name, value, text));
    text.append('\n');
    for (Counter counter : Counter.values()) {
      text.append(
          String.format(
              "%12d  %-30s %s%n",
              counters.get(counter.exportedName()), counter.exportedName(), counter.help()));
    }
    parseFailures.forEach(
        (reason, count) -> {
          if (count > 0) {
            text.append(String.format("%12d  parse_failure %s%n", count, reason));
          }
        });
    return text.toString();
  }
}
