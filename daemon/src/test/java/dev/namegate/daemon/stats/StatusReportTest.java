// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.ParseStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusReportTest {
  private final Counters counters = new Counters();

  @Test
  void sumsTheWritersOfAllThreads() {
    Counters.Writer one = counters.newWriter();
    Counters.Writer other = counters.newWriter();
    one.increment(Counter.FLOWS_ALLOWED);
    other.add(Counter.FLOWS_ALLOWED, 2);
    other.parseFailure(ParseStatus.TRUNCATED);

    assertEquals(3, counters.value(Counter.FLOWS_ALLOWED));
    assertEquals(1, counters.parseFailures(ParseStatus.TRUNCATED));
    assertEquals(0, counters.value(Counter.FLOWS_DENIED));
  }

  @Test
  void writesFactsOfEveryKindAsJson() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", "a \"quoted\" one");
    facts.put("number", 7L);
    facts.put("flag", true);
    facts.put("list", List.of("x", 2));

    String json = StatusReport.of(facts, counters).json();

    assertTrue(
        json.startsWith(
            "{\"name\":\"a \\\"quoted\\\" one\",\"number\":7,\"flag\":true,\"list\":[\"x\",\"2\"],"
                + "\"counters\":{\"flows_received\":0,"),
        json);
    assertTrue(json.contains("\"parseFailures\":{\"truncated\":0,"), json);
  }

  @Test
  void writesSentencesOneALineAndWordsSideBySide() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("words", List.of("a", "b"));
    facts.put("sentences", List.of("one thing", "another thing"));
    facts.put("none", List.of());

    String text = StatusReport.of(facts, counters).text();

    assertTrue(
        text.startsWith("words: [a, b]\nsentences:\n  one thing\n  another thing\nnone: []\n\n"),
        text);
  }

  @Test
  void namesEveryCounterWithItsMeaningInText() {
    String text = StatusReport.of(Map.of(), counters).text();

    for (Counter counter : Counter.values()) {
      assertTrue(text.contains(counter.exportedName() + " "), counter.exportedName());
      assertTrue(text.contains(counter.help()), counter.help());
    }
  }
}
