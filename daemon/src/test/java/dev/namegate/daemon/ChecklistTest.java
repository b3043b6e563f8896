// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/checklist.md names as shown is shown: every test method in it exists. */
class ChecklistTest {
  private static final Path ROOT = Path.of("..");
  private static final String NOT_SHOWN = "not shown yet";
  private static final Pattern ROW = Pattern.compile("\\| ([A-Z]\\d+) \\|([^|]*)\\|([^|]*)\\|.*");
  private static final Pattern METHOD = Pattern.compile("`(\\w+)#(\\w+)`");

  private static List<String> document() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/checklist.md"));
  }

  private static Stream<String> rows(String letter, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> letter + number);
  }

  @Test
  void hasEachRowOnceAndInOrder() throws IOException {
    List<String> expected =
        Stream.of(rows("M", 12), rows("L", 21), rows("T", 9), rows("D", 16))
            .flatMap(rows -> rows)
            .toList();
    List<String> found = new ArrayList<>();
    for (String line : document()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        found.add(row.group(1));
      }
    }
    assertEquals(expected, found);
  }

  @Test
  void saysOfEachRowWhatShowsItOrThatNothingDoes() throws IOException {
    for (String line : document()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String shownBy = row.group(3).strip();
        boolean methods = shownBy.matches("(`\\w+#\\w+`\\s*)+");
        assertTrue(methods || shownBy.equals(NOT_SHOWN), line);
      }
    }
  }

  @Test
  void namesTestMethodsThatExist() throws IOException {
    Map<String, String> sources = testSources();
    List<String> missing = new ArrayList<>();
    for (String line : document()) {
      Matcher method = METHOD.matcher(line);
      while (method.find()) {
        String source = sources.getOrDefault(method.group(1), "");
        if (!isTest(source, method.group(2))) {
          missing.add(method.group());
        }
      }
    }
    assertEquals(List.of(), missing, "named in docs/checklist.md, and no such test");
  }

  /** Whether a test annotation stands before the method, and no other method in between. */
  private static boolean isTest(String source, String method) {
    Matcher found = Pattern.compile("\\bvoid " + method + "\\(").matcher(source);
    if (!found.find()) {
      return false;
    }
    String before = source.substring(0, found.start());
    String annotations = before.substring(before.lastIndexOf("\n\n") + 1);
    return annotations.contains("@Test") || annotations.contains("@ParameterizedTest");
  }

  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module : List.of("packet", "cache", "nfq", "policy", "daemon", "perf")) {
      Path directory = ROOT.resolve(module).resolve("src/test/java");
      if (Files.isDirectory(directory)) {
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
            String name = file.getFileName().toString();
            sources.put(
                name.substring(0, name.length() - ".java".length()), Files.readString(file));
          }
        }
      }
    }
    return sources;
  }
}
