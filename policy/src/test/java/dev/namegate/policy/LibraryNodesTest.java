// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What aliases lead to is one node, however often it is referred to. */
final class LibraryNodesTest {
  private static YamlNode root(String yaml) {
    Problems problems = new Problems();
    List<YamlNode> roots = YamlFile.parseByLibrary("f.yaml", yaml, problems);
    assertEquals(List.of(), problems.sorted());
    return roots.get(0);
  }

  @Test
  void aliasIsTheNodeThatItLeadsTo() {
    YamlNode root = root("a: &x [b, &y c]\nd: *x\ne: *y\n");

    assertSame(root.value(0), root.value(1));
    assertSame(root.value(0).element(1), root.value(2));
    assertEquals(List.of(1, 4), List.of(root.value(0).line(), root.value(0).column()));
  }

  @Test
  void listThatContainsItselfDoesSo() {
    YamlNode root = root("a: &x\n- b\n- *x\n");

    assertSame(root.value(0), root.value(0).element(1));
  }

  /** Written out, the last of these has more than a billion elements. */
  @Test
  void aliasesOfAliasesAreNotWrittenOut() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i <= 31; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    YamlNode last = root(yaml.toString()).value(31);

    assertEquals(2, last.size());
    assertSame(last.element(0), last.element(1));
  }

  /** The library would not come to an end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &x {b: c, <<: *x}\n",
        "&x\na: b\n<<: *x\n",
        "a: &x {b: {c: d, <<: *x}}\n",
        "a: &x {b: c, <<: [*x]}\n",
        "y: &y {e: f}\na: &x {<<: [*y, *x]}\n",
        "- &x {a: b}\n- &x {c: &y {d: e}, <<: *x}\n",
        "a: {<<: &x [{b: c}, *x]}\n"
      })
  void mergeOfAMappingIntoItselfIsRefused(String yaml) {
    Problems problems = new Problems();
    assertEquals(List.of(), YamlFile.parse("x.yaml", yaml, problems));
    assertEquals(1, problems.sorted().size());
    String problem = problems.sorted().get(0).message();
    assertEquals("not YAML: *x is merged into itself", problem);
  }

  @Test
  void mergeOfWhatHasEndedIsNot() {
    YamlNode root = root("- &x {a: b}\n- {c: &x {d: e}, f: {<<: *x}, <<: [*x], g: *x}\n");

    YamlNode second = root.element(1);
    assertEquals("e", second.textOf("f", "d"));
    assertEquals("e", second.textOf("d"));
    assertEquals("e", second.textOf("g", "d"));
    assertEquals("x", root("a: &x {<<: {a: x}, b: {c: *x}}\n").value(0).textOf("a"));
  }
}
