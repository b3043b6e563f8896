// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole rule sets, kept as the text that is piped to {@code iptables-restore --noflush}. {@code
 * -Dgolden.update=true} rewrites the files and fails, so that a rewrite is always looked at.
 */
final class IptablesTextGoldenTest {
  private static final Path CASES = Path.of("src/test/resources/golden");

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> directories = Files.list(CASES)) {
      return directories.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rendersTheGoldenText(Path directory) throws IOException {
    RulesConfig config = ConfigFile.read(directory.resolve("rules.properties"));
    List<String> rewritten = new ArrayList<>();
    for (IpFamily family : IpFamily.ALL) {
      Path file = directory.resolve(family == IpFamily.V4 ? "v4.rules" : "v6.rules");
      String actual = KernelRules.document(config, family);
      String expected = Files.exists(file) ? Files.readString(file) : "";
      if (Boolean.getBoolean("golden.update")) {
        if (!Files.exists(file) || !actual.equals(expected)) {
          Files.writeString(file, actual);
          rewritten.add(file.toString());
        }
      } else if (!actual.equals(expected)) {
        fail(
            file
                + " differs; if that is meant, rewrite it with"
                + " mvn test -pl nfq -am -Dtest=IptablesTextGoldenTest -Dgolden.update=true"
                + " -Dsurefire.failIfNoSpecifiedTests=false\n"
                + LineDiff.of(expected, actual));
      }
    }
    assertEquals(List.of(), rewritten, "rewritten: look at the difference and run again");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theGoldenTextIsSound(Path directory) throws IOException {
    for (String name : List.of("v4.rules", "v6.rules")) {
      String text = Files.readString(directory.resolve(name));
      assertEquals(List.of(), RestoreInputChecker.check(text), name);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachFamilyHasItsOwnAddressesOnly(Path directory) throws IOException {
    assertTrue(
        Files.readString(directory.resolve("v4.rules"))
            .lines()
            .noneMatch(line -> line.matches(".*[0-9a-f]*::.*|.*icmp6.*|.*ng-src6.*")));
    assertTrue(
        Files.readString(directory.resolve("v6.rules"))
            .lines()
            .noneMatch(line -> line.matches(".*\\d+\\.\\d+\\.\\d+\\.\\d+.*|.*ng-src4.*")));
  }
}
