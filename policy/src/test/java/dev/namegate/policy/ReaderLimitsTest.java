// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The greatest numbers and lengths that are accepted, and the smallest that are not. */
final class ReaderLimitsTest {
  @Test
  void rulesOfADirection() {
    assertLimit("1025 rules, max=1024", 1024, count -> "{egress: [" + rules(count) + "]}");
    assertLimit(
        "1025 rules, max=1024",
        1024,
        count -> "{types: [Egress], ingress: [" + rules(count) + "]}");
  }

  @Test
  void netsOfAnEntity() {
    for (String key : List.of("nets", "notNets")) {
      assertLimit(
          "257 elements, max=256",
          256,
          count ->
              rule(
                  "source: {"
                      + key
                      + ": ["
                      + list(count, i -> "10.0." + i / 256 + "." + i % 256 + "/32")
                      + "]}"));
    }
  }

  @Test
  void portsOfAnEntity() {
    for (String key : List.of("ports", "notPorts")) {
      assertLimit(
          "51 elements, max=50",
          50,
          count ->
              rule(
                  "protocol: TCP, destination: {"
                      + key
                      + ": ["
                      + list(count, i -> String.valueOf(i + 1))
                      + "]}"));
    }
  }

  @Test
  void charactersOfASelector() {
    assertLimit(
        "selector of 1025 characters, max=1024",
        1024,
        count -> "{types: [Egress], selector: \"a == '" + "x".repeat(count - 7) + "'\"}");
  }

  @Test
  void charactersOfALabelInASelector() {
    String problem =
        problem("{types: [Egress], selector: has(" + "a".repeat(513) + ")}")
            .replaceAll("a{100,}", "a…");

    assertEquals("", problem("{types: [Egress], selector: has(" + "a".repeat(512) + ")}"));
    assertEquals(true, problem.contains("max=512"), problem);
  }

  @Test
  void charactersOfAName() {
    assertEquals("", problemOfName("a".repeat(253)));
    assertEquals("\"" + "a".repeat(254) + "\" is not a valid name", problemOfName("a".repeat(254)));
  }

  @Test
  void charactersOfAnnotations() {
    int max = 256 << 10;
    assertEquals("", problemOfAnnotation("x".repeat(max - 1)));
    assertEquals(max + 1 + " characters, max=" + max, problemOfAnnotation("x".repeat(max)));
  }

  /** A number's specification. */
  @FunctionalInterface
  private interface Spec {
    String of(int count);
  }

  private static void assertLimit(String message, int max, Spec spec) {
    assertEquals("", problem(spec.of(max)));
    assertEquals(message, problem(spec.of(max + 1)));
  }

  private static String rule(String criteria) {
    return "{egress: [{action: Allow, " + criteria + "}]}";
  }

  private static String rules(int count) {
    return list(count, i -> "{action: Allow}");
  }

  private static String list(int count, Spec element) {
    return IntStream.range(0, count).mapToObj(element::of).collect(Collectors.joining(", "));
  }

  private static String problem(String spec) {
    return errors(Yaml.object("GlobalNetworkPolicy", "p", spec));
  }

  private static String problemOfName(String name) {
    return errors(Yaml.object("GlobalNetworkPolicy", name, "{types: [Egress]}"));
  }

  private static String problemOfAnnotation(String value) {
    return errors(
        Yaml.object("GlobalNetworkSet", "p, annotations: {a: " + value + "}", "{nets: []}"));
  }

  private static String errors(String yaml) {
    return Verdicts.read(yaml).problems().stream()
        .filter(problem -> problem.severity() == Severity.ERROR)
        .map(Problem::message)
        .collect(Collectors.joining("; "));
  }
}
