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
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a slip of the hand makes of a document, it is read without a fault. */
final class MutatedDocumentsTest {
  private static final Path ROOT = Path.of("src/test/resources/policies");
  private static final int MUTATIONS = 300;
  private static final String[] SCRAPS = {
    "", " ", "  ", ":", "-", "- ", "{", "}", "[", "]", "'", "\"", "*", "&a", "!x", "null", "5", "~",
    "\n", "\t", "#", "true", ".", "/", "?", "|", ">", "é", "\u0000", "<<: ", "---\n"
  };

  private final LastValid lastValid = new LastValid();

  static LongStream seeds() {
    return Seeds.of(10);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void mutatedDocumentIsReadWithoutAFault(long seed) throws IOException {
    Random random = new Random(seed);
    List<String> texts = texts();
    for (int i = 0; i < MUTATIONS; i++) {
      String text = mutated(texts.get(random.nextInt(texts.size())), random);
      try {
        read(text);
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ", on this text:\n" + text, e);
      }
    }
  }

  private void read(String text) {
    Problems problems = new Problems();
    FileMerge merge = new FileMerge();
    merge.add(
        "test.yaml",
        FileContent.of("test.yaml", YamlFile.parse("test.yaml", text, problems), problems));
    ReadResult all = merge.result();
    ReadResult read = new ReadResult(all.resources(), all.problems(), all.refused(), List.of());
    LastValid.Merged merged = lastValid.merge(read);
    PolicyCompiler.compile(merged.resources(), "n");
    PolicyAdvice.of(merged.resources());
    assertTrue(read.refused().isEmpty() || read.hasErrors());
    assertEquals(List.of(), read.problems().stream().filter(p -> p.message().isBlank()).toList());
  }

  private static String mutated(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    for (int i = 0; i <= random.nextInt(3); i++) {
      int from = random.nextInt(mutated.length());
      int to = Math.min(mutated.length(), from + random.nextInt(4));
      mutated.replace(from, to, SCRAPS[random.nextInt(SCRAPS.length)]);
      if (mutated.length() == 0) {
        return "";
      }
    }
    return mutated.toString();
  }

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    for (String directory : List.of("good", "bad")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
          texts.add(Files.readString(file));
        }
      }
    }
    return texts;
  }
}
