// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever {@link PlainYaml} does not give up on, the library reads the same way: generated texts,
 * damaged ones, and scraps of YAML one after the other. 3,000 of each for every seed, 300,000 with
 * {@code -Dnamegate.full=true}.
 */
final class PlainYamlPropertyTest {
  private static final int TEXTS = Boolean.getBoolean("namegate.full") ? 300_000 : 3_000;

  private static final String[] SCRAPS = {
    " ",
    " ",
    "  ",
    "\n",
    "\n",
    "\n  ",
    "a",
    "b c",
    "-",
    "- ",
    "- ",
    ":",
    ": ",
    ": ",
    "a: ",
    "\na: ",
    "\n- ",
    "\n  - ",
    "\n  b: ",
    "[",
    "]",
    "{",
    "}",
    ",",
    ", ",
    "'",
    "\"",
    "''",
    "'a'",
    "\"b\"",
    "'c': ",
    "\\",
    "\\\"",
    "#",
    " # ",
    "# c\n",
    "---",
    "---\n",
    "\n---\n",
    "...",
    "\n...\n",
    "?",
    "? ",
    "!",
    "&a ",
    "*a",
    "|",
    ">",
    "%",
    "@",
    "`",
    "~",
    "null",
    "true",
    "1",
    "-1",
    "0x1F",
    "1.5",
    ".5",
    ".inf",
    "<<: ",
    "=",
    "$",
    "${a}",
    "/",
    "\t",
    "\r\n",
    "\u0085",
    "\u00a0",
    "\u2028",
    "é",
    "→",
    "\uFEFF",
    "\uD83D\uDE00",
    "\u0000",
    "[a, b]",
    "{a: b}",
    "{\"a\":b}",
    "[]",
    "{}"
  };

  private static final String[] WORDS = {
    "a", "b c", "Allow", "api.alice.com", "'*.alice.com'", "443", "\"80:90\"", "true", "no", "~",
    "''", "\"\"", "10.0.0.0/8", "fd00::1", "a == 'b'", "all()", "1.5", "-1", "0x1F", "it's",
    "\"say \\\"x\\\"\"", "x#y", "http://c:1/d", "x→ä", ".inf", "null", "2026-01-31T12:00:00Z"
  };

  static LongStream seeds() {
    return Seeds.of(4);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void generatedTextIsReadAsByTheLibrary(long seed) {
    Random random = new Random(seed);
    int plain = compare(seed, () -> generated(random));
    assertTrue(plain > TEXTS / 2, plain + " of " + TEXTS + " in the plain form");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedTextIsReadAsByTheLibrary(long seed) throws IOException {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (Path file : PlainYamlTest.resourceFiles()) {
      texts.add(Files.readString(file));
    }
    int plain =
        compare(
            seed,
            () ->
                damaged(
                    random.nextBoolean()
                        ? generated(random)
                        : texts.get(random.nextInt(texts.size())),
                    random));
    assertTrue(plain > TEXTS / 10, plain + " of " + TEXTS + " in the plain form");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void scrapsAreReadAsByTheLibrary(long seed) {
    Random random = new Random(seed);
    int plain =
        compare(
            seed,
            () -> {
              StringBuilder text = new StringBuilder();
              for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(scrap(random));
              }
              return text.toString();
            });
    assertTrue(plain > TEXTS / 50, plain + " of " + TEXTS + " in the plain form");
  }

  /** How many were in the plain form. */
  private static int compare(long seed, Supplier<String> texts) {
    int plain = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text = texts.get();
      String read = YamlTrees.plain(text);
      if (read != null) {
        plain++;
        assertEquals(
            YamlTrees.byLibrary(text), read, () -> "seed " + seed + ", on this text:\n" + text);
      }
    }
    return plain;
  }

  private static String scrap(Random random) {
    return SCRAPS[random.nextInt(SCRAPS.length)];
  }

  private static String damaged(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int from = random.nextInt(damaged.length() + 1);
      int to = Math.min(damaged.length(), from + random.nextInt(4));
      damaged.replace(from, to, scrap(random));
    }
    return damaged.toString();
  }

  /** Documents that a person may have written, more or less tidily. */
  private static String generated(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      text.append(text.length() == 0 && random.nextBoolean() ? "" : "---" + endOfLine(random));
      block(text, random, "  ".repeat(random.nextInt(2)), 0);
    }
    if (random.nextInt(10) == 0 && text.length() > 0) {
      text.setLength(text.length() - 1);
    }
    return text.toString();
  }

  /** Whole lines of this indentation. */
  private static void block(StringBuilder text, Random random, String indentation, int depth) {
    boolean mapping = random.nextInt(3) > 0;
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(indentation);
      if (mapping) {
        entry(text, random, indentation, depth);
      } else {
        element(text, random, indentation, depth);
      }
      if (random.nextInt(8) == 0) {
        text.append(" ".repeat(random.nextInt(6)))
            .append(random.nextBoolean() ? "" : "# x: [y")
            .append('\n');
      }
    }
  }

  private static void entry(StringBuilder text, Random random, String indentation, int depth) {
    text.append(key(random)).append(':');
    if (depth > 4 || random.nextInt(3) > 0) {
      text.append(' ').append(value(random, depth)).append(endOfLine(random));
    } else if (random.nextBoolean()) {
      text.append(endOfLine(random));
      block(text, random, indentation + " ".repeat(1 + random.nextInt(3)), depth + 1);
    } else {
      text.append(endOfLine(random));
      for (int i = random.nextInt(3); i > 0; i--) {
        text.append(indentation);
        element(text, random, indentation, depth);
      }
    }
  }

  private static void element(StringBuilder text, Random random, String indentation, int depth) {
    String blanks = " ".repeat(1 + random.nextInt(2));
    text.append('-');
    switch (depth > 4 ? 0 : random.nextInt(4)) {
      case 0 -> text.append(blanks).append(value(random, depth)).append(endOfLine(random));
      case 1 -> {
        text.append(endOfLine(random));
        block(text, random, indentation + blanks, depth + 1);
      }
      default -> {
        StringBuilder inner = new StringBuilder();
        block(inner, random, indentation + " " + blanks, depth + 1);
        text.append(blanks)
            .append(inner, indentation.length() + 1 + blanks.length(), inner.length());
      }
    }
  }

  private static String key(Random random) {
    return random.nextInt(4) > 0 ? "k" + random.nextInt(9) : word(random);
  }

  private static String value(Random random, int depth) {
    return switch (depth > 6 ? 7 : random.nextInt(8)) {
      case 0 -> "[" + flow(random, depth, false) + "]";
      case 1 -> "{" + flow(random, depth, true) + "}";
      case 2 -> "";
      default -> word(random);
    };
  }

  private static String flow(Random random, int depth, boolean mapping) {
    StringBuilder flow = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      String blank = random.nextInt(6) == 0 ? endOfLine(random) + "   " : " ";
      flow.append(mapping ? key(random) + ": " : "");
      String value = value(random, depth + 2);
      flow.append(value.isEmpty() ? "x" : value).append(i > 1 ? "," + blank : "");
    }
    return flow.append(random.nextInt(8) == 0 ? " " : "").toString();
  }

  private static String word(Random random) {
    return WORDS[random.nextInt(WORDS.length)];
  }

  private static String endOfLine(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> " # it's: so\n";
      case 1 -> "  \n";
      case 2 -> "\n\n";
      default -> "\n";
    };
  }
}
