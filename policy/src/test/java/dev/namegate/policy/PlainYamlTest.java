// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the plain form is read as the library reads it; what is not is the library's. */
final class PlainYamlTest {
  static final List<Path> RESOURCES =
      List.of(Path.of("src/test/resources/policies"), Path.of("../docs/examples"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "# nothing\n",
        "---\n",
        "---",
        "---\n---\n  # nothing",
        "a: b\n---\n",
        "a",
        "# one\n--- # two\na: b # three\n\n  # four\nc: d",
        "  a: b\n  c: d\n",
        "a:\nb:\n",
        "a:\n- b\n-\n- c:\n  d: e\n\nf: g\n",
        "a:\n  - b\n  - c: d\n    e:\n    - f\n  -\n    g: h\n",
        "- - a\n  - b\n- - c\n",
        "-\n- \n-\n  - a\n",
        "a:\n  b:\n    c: d\n  e: f\ng: h\n",
        "a:\n  b\nc:\n  'd'\ne:\n  [f]\n",
        "a: [b, 'c', \"d\", [], {}, [e, [f]], {g: h}, ]\n",
        "a: {b: c, 'd': \"e\", \"f\":g, h: {i: [j]}, }\n",
        "a: [ # one\n  b, # two\nc\n ,d ] # three\n",
        "{\n  \"a\": 1,\n  \"b\":[true]\n}\n",
        "a: it's 100 % \"so\" [or] {not}, is - it ? & * ! | > @ ` <<\n",
        "a: b#c  # d\n",
        "a:b\n",
        "a: b:c ::d\n",
        "a: http://b:80/c?d=e#f\n",
        "a: 'it''s' # b\nc: \"say \\\"d\\\" \\\\\"\n'e f': g\n\"h\": i\n",
        "a: xä€\n# →\nb: 'ö' # …\n",
        "a: true\nb: True\nc: trUe\nd: FALSE\ne: null\nf: Null\ng: ~\nh: nULL\ni: no\nj: none\n",
        "a: 1\nb: -1\nc: +1\nd: 0x1F\ne: 0o17\nf: 1.5\ng: -.inf\nh: 1e3\ni: .5\nj: 1_000\nk: 1.2.3\n",
        "1: a\ntrue: b\nnull: c\n~: d\n",
        "a: 2026-01-31T12:00:00Z\nb: 2026-01-31\nc: 12:30\nd: 10.0.0.0/8\ne: fd00::/8\n",
        "a: $x\nb: ${x}\nc: ${x:-y}\nd: /e\nf: _g\nh: (i)\n",
        "a: b\na: c\n",
        "spec:\n  selector: all()\n  x: a == 'b' && has(c)\n"
      })
  void plainFormIsReadAsByTheLibrary(String text) {
    assertEquals(YamlTrees.byLibrary(text), YamlTrees.plain(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &b c\nd: *b\n",
        "a: !b c\n",
        "a: |\n  b\n",
        "a: >-\n  b\n",
        "a: b\n  c\n",
        "- a\n b\n",
        "a\nb\n",
        "a: 'b\n  c'\n",
        "a: \"b\n  c\"\n",
        "a: [b\n  c]\n",
        "a: \"\\t\"\n",
        "a:\tb\n",
        "a: b\r\n",
        "\uFEFFa: b\n",
        "a: \uD83D\uDE00\n",
        "a: \u0085\n",
        "a: \u0000\n",
        "%YAML 1.2\n---\na: b\n",
        "a: b\n...\n",
        "--- a\n",
        "---a: b\n",
        "? a\n: b\n",
        "<<: {a: b}\n",
        "a : b\n",
        "a: b: c\n",
        "a: - b\n",
        "a: [b]c\n",
        "a: [b]#c\n",
        "[a]: b\n",
        "{a: b}: c\n",
        "a: [b, , c]\n",
        "a: [b: c]\n",
        "a: {b}\n",
        "a: {b: }\n",
        "a: [b\n",
        "a: {b: c]\n",
        "a: b\n c: d\n",
        "  a: b\nc: d\n",
        "a:\n  - b\n - c\n",
        "- a\nb: c\n",
        "a: b\n- c\n",
        "a: 'b' c\n",
        "a: 'b\n",
        "a: @b\n",
        "a: %b\n"
      })
  void restIsTheLibrarys(String text) {
    assertNull(YamlTrees.plain(text));
  }

  @Test
  void keyIsAsShortAsTheLibraryWantsIt() {
    String accepted = "a".repeat(1_000) + ": b\n";

    assertEquals(YamlTrees.byLibrary(accepted), YamlTrees.plain(accepted));
    assertNull(YamlTrees.plain("a".repeat(1_001) + ": b\n"));
  }

  @Test
  void whatIsVeryLongIsTheLibrarys() {
    String comment = "#".repeat(PlainYaml.MAX_LENGTH);

    assertEquals("", YamlTrees.plain(comment));
    assertNull(YamlTrees.plain(comment + "#"));
  }

  @Test
  void nestingIsAsDeepAsAFileMayBe() {
    for (String open : List.of("[", "- ")) {
      String close = open.equals("[") ? "]" : "";
      String accepted = open.repeat(YamlFile.MAX_DEPTH) + close.repeat(YamlFile.MAX_DEPTH);
      String refused = open + accepted + close;

      assertEquals(YamlTrees.byLibrary(accepted), YamlTrees.plain(accepted));
      assertNull(YamlTrees.plain(refused));
    }
  }

  static List<Path> resourceFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path directory : RESOURCES) {
      try (Stream<Path> found = Files.walk(directory)) {
        found.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(files::add);
      }
    }
    return files;
  }

  @ParameterizedTest
  @MethodSource("resourceFiles")
  void resourcesAreReadAsByTheLibrary(Path file) throws IOException {
    String text = Files.readString(file);
    String plain = YamlTrees.plain(text);
    if (plain == null && file.startsWith("../docs")) {
      throw new AssertionError("the example is not in the plain form");
    }
    if (plain != null) {
      assertEquals(YamlTrees.byLibrary(text), plain);
    }
  }

  /** As scripts/bench and scripts/bench-start write them. */
  @Test
  void policiesOfTheBenchmarksAreInThePlainForm() {
    String policies =
        """
        ---
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: p1}
        spec:
          order: 1
          types: [Egress]
          egress:
          - {action: Allow, protocol: TCP, destination: {ports: [443], domains: [a10-0.bench.test, x]}}
        ---
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata: {name: bench-k8s-client-eth0, namespace: bench}
        spec:
          node: bench
          ipNetworks: [10.65.0.2/32, 'fd65::2/128']
        ---
        apiVersion: projectcalico.org/v3
        kind: FelixConfiguration
        metadata: {name: default}
        spec:
          dnsPolicyMode: DelayDNSResponse
          dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']
        ---
        apiVersion: namegate.dev/v1
        kind: NamegateConfiguration
        metadata: {name: default}
        spec: {kernelFastPath: false, pollWindow: 50us}
        """;

    assertEquals(YamlTrees.byLibrary(policies), YamlTrees.plain(policies));
  }
}
