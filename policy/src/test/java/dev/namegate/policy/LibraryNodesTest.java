// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

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
}
