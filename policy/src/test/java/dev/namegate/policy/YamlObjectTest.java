// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlObjectTest {
  private final Problems problems = new Problems();

  private YamlObject object(String yaml) {
    YamlNode node = YamlFile.parse("f.yaml", yaml, problems).get(0);
    return new YamlObject(node, "f.yaml", "spec", problems);
  }

  private List<String> lines() {
    return problems.sorted().stream().map(Problem::toString).toList();
  }

  @Test
  void readsEachTypeAndTheFallbackOfWhatIsAbsentOrEmpty() {
    YamlObject object =
        object(
            """
            text: hello
            number: 7
            float: 1.5
            yes: true
            hold: 1m30s
            words: [a, b]
            mode: fast
            child: {x: y}
            nothing:
            """);

    assertEquals("hello", object.string("text", ""));
    assertEquals(7, object.integer("number", 1, 10, 0));
    assertEquals(1.5, object.number("float", 0));
    assertTrue(object.bool("yes", false));
    assertEquals(Duration.ofSeconds(90), object.duration("hold", Duration.ZERO));
    assertEquals(List.of("a", "b"), object.strings("words"));
    assertEquals(2, object.choice("mode", 0, Map.of("slow", 1, "fast", 2)));
    assertEquals(Map.of("x", "y"), object.stringMap("child"));
    assertEquals("fallback", object.string("nothing", "fallback"));
    assertEquals("fallback", object.string("absent", "fallback"));
    assertNull(object.object("absent"));
    object.finish();
    assertEquals(List.of(), lines());
  }

  /** Many keys are found by another way than few. */
  @ParameterizedTest
  @ValueSource(ints = {3, 200})
  void findsEachOfItsKeysHoweverManyThereAre(int count) {
    StringBuilder yaml = new StringBuilder("old: x\n");
    for (int i = 0; i < count; i++) {
      yaml.append("k%d: v%d\n".formatted(i, i));
    }
    yaml.append("k1: again\nk2name: y\n");
    YamlObject object = object(yaml.toString()).alias("now", "old").alias("k2", "k2name");

    for (int i = 0; i < count; i++) {
      assertEquals("v" + i, object.string("k" + i));
    }
    assertEquals("x", object.string("now"));
    assertNull(object.string("old"));
    assertNull(object.string("k" + count));
    object.finish();
    assertEquals(
        List.of(
            "f.yaml:%d:1: spec.k1: is there twice, first at line 3 — keep one of the two"
                .formatted(count + 2),
            "f.yaml:%d:1: spec.k2name: is another spelling of \"k2\", which is there too — keep one of the two"
                .formatted(count + 3)),
        lines());
  }

  @Test
  void c2ReadsAKeyInTheOtherCase() {
    YamlObject object = object("DNSPolicyMode: Inline\nDNSExtraTTL: 5s\n").ignoreKeyCase();

    assertEquals("Inline", object.string("dnsPolicyMode", ""));
    assertEquals(Duration.ofSeconds(5), object.duration("dnsExtraTTL", Duration.ZERO));
    object.finish();
    assertEquals(List.of(), lines());
  }

  @Test
  void c2TwoSpellingsOfOneKeyAreAnError() {
    YamlObject object = object("dnsPolicyMode: Inline\nDNSPolicyMode: NoDelay\n").ignoreKeyCase();

    assertEquals("Inline", object.string("dnsPolicyMode", ""));
    object.finish();
    assertEquals(
        List.of(
            "f.yaml:2:1: spec.DNSPolicyMode: is another spelling of \"dnsPolicyMode\", which is"
                + " there too — keep one of the two"),
        lines());
  }

  @Test
  void readsAnAlias() {
    YamlObject object = object("old: 3\n").alias("new", "old", "older");

    assertEquals(3, object.integer("new", 0, 9, 0));
    object.finish();
    assertEquals(List.of(), lines());
  }

  @Test
  void keyInTheOtherCaseIsUnknownUnlessAllowed() {
    YamlObject object = object("DNSPolicyMode: Inline\n");

    assertEquals("", object.string("dnsPolicyMode", ""));
    object.finish();
    assertEquals(
        List.of("f.yaml:1:1: spec.DNSPolicyMode: unknown field — did you mean \"dnsPolicyMode\"?"),
        lines());
  }

  @Test
  void freshReaderReportsElsewhere() {
    YamlObject object = object("a: x\n");
    Problems elsewhere = new Problems();

    YamlObject fresh = object.reportTo(elsewhere);
    fresh.integer("a", 0, 1, 0);
    fresh.finish();

    assertEquals(List.of(), lines());
    assertEquals(
        "f.yaml:1:4: spec.a: is the text \"x\" where a number is due — write a whole number from 0"
            + " to 1",
        elsewhere.sorted().get(0).toString());
  }

  @ParameterizedTest(name = "{0} is {1} ns")
  @CsvSource({
    "1s, 1000000000",
    "500ms, 500000000",
    "1m30s123ms, 90123000000",
    "1.5s, 1500000000",
    "2h, 7200000000000",
    "10us, 10000",
    "0s, 0",
    "0, 0"
  })
  void c3ReadsDurations(String text, long nanos) {
    assertEquals(nanos, object("d: " + text).duration("d", Duration.ofDays(9)).toNanos());
    assertEquals(List.of(), lines());
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "5x", "s", "''", "-1s", "1s5", "1 s", "99999999999h", "[1s]"})
  void c3RefusesWhatIsNoDuration(String text) {
    assertEquals(Duration.ofDays(9), object("d: " + text).duration("d", Duration.ofDays(9)));
    assertEquals(1, lines().size());
    assertTrue(lines().get(0).startsWith("f.yaml:1:4: spec.d: "), lines().get(0));
  }
}
