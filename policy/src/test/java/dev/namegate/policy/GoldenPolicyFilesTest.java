// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file of {@code policies/good} and {@code policies/bad} gives exactly the problems that the
 * file {@code .problems} beside it lists; a good one gives no error, a bad one gives one or more
 * and leaves no object that has one.
 */
final class GoldenPolicyFilesTest {
  private static final Path ROOT = Path.of("src/test/resources/policies");

  static Stream<Path> good() throws IOException {
    return yamlFiles("good");
  }

  static Stream<Path> bad() throws IOException {
    return yamlFiles("bad");
  }

  private static Stream<Path> yamlFiles(String directory) throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
      return files
          .filter(file -> !file.toString().endsWith(".problems"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void goodFileGivesNoError(Path file) throws IOException {
    ReadResult read = ResourceReader.read(List.of(file));

    assertProblems(file, read);
    assertTrue(!read.hasErrors() && read.refused().isEmpty(), "a good file has an error");
    assertTrue(read.resources().size() > 0, "a good file has an object");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void badFileGivesTheseProblems(Path file) throws IOException {
    ReadResult read = ResourceReader.read(List.of(file));

    assertProblems(file, read);
    assertTrue(read.hasErrors(), "a bad file has an error");
    assertEquals(
        read.problems().stream()
            .filter(problem -> problem.severity() == Severity.ERROR)
            .anyMatch(problem -> problem.line() == 0 || problem.column() == 0),
        false,
        "every error has a place");
  }

  private static void assertProblems(Path file, ReadResult read) throws IOException {
    String actual =
        String.join(
            "",
            read.problems().stream()
                .map(
                    problem ->
                        (problem.severity() == Severity.ERROR
                                ? ""
                                : problem.severity().name().toLowerCase(Locale.ROOT) + " ")
                            + problem.toString().replace(ROOT + "/", "")
                            + "\n")
                .toList());
    Path golden = Path.of(file + ".problems");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, actual);
      fail("wrote " + golden + "; look at it, then run again without -Dgolden.update");
    }
    String expected = Files.exists(golden) ? Files.readString(golden) : "";
    assertEquals(expected, actual, "to accept: mvn -pl policy test -Dgolden.update=true");
  }
}
