// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The indexes leave out nothing that matches, and much that does not. */
final class SelectorIndexPropertyTest {
  private static final String[] LABELS = {"a", "b", "c", "d"};
  private static final String[] VALUES = {"x", "y", "z"};

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void candidatesHaveAllThatMatch(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SelectorIndex<Selector> selectors = new SelectorIndex<>();
    LabelIndex<Map<String, String>> labels = new LabelIndex<>();
    Set<Selector> allSelectors = new HashSet<>();
    Set<Map<String, String>> allLabels = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      Selector selector = selector(random, 2);
      Map<String, String> some = labels(random);
      if (random.nextInt(3) == 0) {
        selectors.remove(selector, selector);
        allSelectors.remove(selector);
        labels.remove(some, some);
        allLabels.remove(some);
      } else {
        selectors.add(selector, selector);
        allSelectors.add(selector);
        labels.add(some, some);
        allLabels.add(some);
      }
    }
    for (Map<String, String> each : allLabels) {
      Set<Selector> found = selectors.candidates(each);
      allSelectors.forEach(s -> assertTrue(!s.matches(each) || found.contains(s), s + " " + each));
      assertTrue(allSelectors.containsAll(found));
    }
    for (Selector each : allSelectors) {
      List<Map<String, String>> found = new ArrayList<>(labels.candidates(each));
      allLabels.forEach(l -> assertTrue(!each.matches(l) || found.contains(l), each + " " + l));
      assertTrue(allLabels.containsAll(found));
    }
  }

  @Test
  void selectorsAreFiledUnderTheirMostTellingLabel() {
    SelectorIndex<String> index = new SelectorIndex<>();
    for (String text :
        List.of(
            "a == 'x'",
            "a in {'x', 'y'} && b != 'z'",
            "has(b) && a == 'y'",
            "a == 'x' || c == 'z'",
            "b starts with 'x'",
            "a != 'x'",
            "a in {}")) {
      index.add(Selector.parse(text), text);
    }

    assertEquals(Set.of("a != 'x'"), index.candidates(Map.of()));
    assertEquals(
        Set.of("a != 'x'", "a in {'x', 'y'} && b != 'z'", "a == 'x'", "a == 'x' || c == 'z'"),
        index.candidates(Map.of("a", "x")));
    assertEquals(Set.of("a != 'x'", "b starts with 'x'"), index.candidates(Map.of("b", "q")));
  }

  private static Map<String, String> labels(SplittableRandom random) {
    Map<String, String> labels = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      labels.put(label(random), VALUES[random.nextInt(VALUES.length)]);
    }
    return labels;
  }

  private static String label(SplittableRandom random) {
    return LABELS[random.nextInt(LABELS.length)];
  }

  private static Selector selector(SplittableRandom random, int depth) {
    String label = label(random);
    String value = VALUES[random.nextInt(VALUES.length)];
    int kind = random.nextInt(depth > 0 ? 13 : 10);
    return switch (kind) {
      case 0 -> new Selector.All();
      case 1 -> new Selector.Has(label);
      case 2 -> new Selector.NotEqual(label, value);
      case 3 -> new Selector.In(label, new TreeSet<>(List.of(value, "y")));
      case 4 -> new Selector.NotIn(label, new TreeSet<>(Set.of(value)));
      case 5 -> new Selector.Contains(label, value);
      case 6 -> new Selector.StartsWith(label, value);
      case 7 -> new Selector.EndsWith(label, value);
      case 8, 9 -> new Selector.Equal(label, value);
      case 10 -> new Selector.Not(selector(random, depth - 1));
      case 11 ->
          new Selector.And(List.of(selector(random, depth - 1), selector(random, depth - 1)));
      default -> new Selector.Or(List.of(selector(random, depth - 1), selector(random, depth - 1)));
    };
  }
}
