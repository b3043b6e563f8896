// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunWordsTest {
  /** Options, values, and what must be left to the library. */
  private static final List<String> WORDS =
      List.of(
          "--resources",
          "--node",
          "--run-dir",
          "--verbose",
          "--help",
          "--resources=a",
          "--resources=",
          "--resources=-x",
          "--resources='q'",
          "--node=n2",
          "--node==",
          "--run-dir=/x=y",
          "--run-dir",
          "--verbose=false",
          "-v",
          "-",
          "--",
          "@file",
          "",
          "'a'",
          "\"b\"",
          "a b",
          "run",
          "check",
          "n1",
          "${HOME}",
          "/etc/namegate/resources",
          "relative/dir");

  @Test
  void readsTheOptionsOfADaemon() {
    assertEquals(
        new RunWords(List.of(Path.of("a"), Path.of("b")), "n1", Path.of("/run/x"), true),
        RunWords.of(
            "run",
            "--resources",
            "a",
            "--verbose",
            "--resources",
            "b",
            "--node",
            "n1",
            "--run-dir",
            "/run/x"));
    assertEquals(
        new RunWords(List.of(Path.of("a=b")), "n1", Path.of("/run/x"), false),
        RunWords.of("run", "--resources=a=b", "--node=n1", "--run-dir=/run/x"));
  }

  @Test
  void takesTheDefaultsOfWhatIsNotSaid() {
    assertEquals(library("run"), RunWords.of("run"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "check",
        "run --help",
        "run --resources",
        "run --node",
        "run --node a --node b",
        "run --verbose --verbose",
        "run --run-dir a --run-dir b",
        "run --node @names",
        "run --node --verbose",
        "run extra",
      })
  void leavesEverythingElseToTheLibrary(String words) {
    assertNull(RunWords.of(words.split(" ", -1)));
  }

  /** Whatever is read here, the library reads alike. */
  @Test
  void readsAsTheLibraryDoes() {
    long seed = Long.getLong("seed", 20261123);
    System.out.println("seed=" + seed);
    Random random = new Random(seed);
    int read = 0;
    while (read < 200) {
      List<String> words = new ArrayList<>(List.of("run"));
      for (int i = random.nextInt(7); i > 0; i--) {
        words.add(WORDS.get(random.nextInt(WORDS.size())));
      }
      RunWords plain = RunWords.of(words.toArray(String[]::new));
      if (plain != null) {
        assertEquals(library(words.toArray(String[]::new)), plain, words::toString);
        read++;
      }
    }
  }

  private static RunWords library(String... words) {
    RunCommand run = new RunCommand(UnaryOperator.identity());
    Namegate.commandLine(run).parseArgs(words);
    return run.words();
  }
}
