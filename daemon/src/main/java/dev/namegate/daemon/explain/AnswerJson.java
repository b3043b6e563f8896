// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.explain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.namegate.policy.Explanation;
import dev.namegate.policy.Explanation.Comparison;
import dev.namegate.policy.Explanation.Step;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers as a JSON list, for programs; the fields are those of {@link FlowAnswer}. */
public final class AnswerJson {
  private static final JsonFactory JSON = new JsonFactory();

  private AnswerJson() {}

  /** One object for each answer. */
  public static String of(List<FlowAnswer> answers) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartArray();
      for (FlowAnswer answer : answers) {
        write(json, answer);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, FlowAnswer answer) throws IOException {
    json.writeStartObject();
    json.writeStringField("action", action(answer.allow()));
    json.writeStringField("decidedBy", answer.decidedBy());
    json.writeStringField("flow", answer.flow());
    json.writeStringField("destination", answer.destination().toString());
    writeTexts(json, "names", answer.names());
    writeTexts(json, "notes", answer.notes());
    writeWay(json, answer.way());
    json.writeEndObject();
  }

  private static String action(boolean allow) {
    return allow ? "Allow" : "Deny";
  }

  private static void writeTexts(JsonGenerator json, String name, List<?> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Object value : values) {
      json.writeString(value.toString());
    }
    json.writeEndArray();
  }

  private static void writeWay(JsonGenerator json, @Nullable Explanation way) throws IOException {
    if (way == null) {
      return;
    }
    json.writeStringField("endpoint", way.endpoint().name());
    json.writeStringField("namespace", way.endpoint().namespace());
    json.writeArrayFieldStart("steps");
    for (Step step : way.steps()) {
      write(json, step);
    }
    json.writeEndArray();
    Explanation pending = way.pending();
    if (pending != null) {
      json.writeObjectFieldStart("pending");
      json.writeStringField("action", action(pending.allow()));
      json.writeStringField("decidedBy", pending.decidedBy());
      json.writeEndObject();
    }
  }

  private static void write(JsonGenerator json, Step step) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", step.kind().name().toLowerCase(Locale.ROOT));
    json.writeStringField("name", step.name());
    json.writeStringField("outcome", step.outcome());
    json.writeArrayFieldStart("comparisons");
    for (Comparison comparison : step.comparisons()) {
      json.writeStartObject();
      json.writeStringField("criterion", comparison.criterion());
      json.writeStringField("wanted", comparison.wanted());
      json.writeStringField("actual", comparison.actual());
      json.writeBooleanField("matched", comparison.matched());
      json.writeStringField("via", comparison.via());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
