// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checker's own test: it finds each fault that it is there for. */
final class RestoreInputCheckerTest {
  private static final String GOOD =
      """
      *raw
      :ng-raw - [0:0]
      -A ng-raw -m comment --comment "ng:00000000000000aa" -j DROP
      COMMIT
      *raw
      -I PREROUTING 1 -m comment --comment "ng:00000000000000ab" -j ng-raw
      COMMIT
      """;

  @ParameterizedTest
  @CsvSource({
    "x, x, ",
    "-j DROP, -j ACCEPT, ACCEPT would skip other people's rules",
    "ng:00000000000000ab, ng:00000000000000aa, comment used twice",
    "--comment \"ng:00000000000000ab\", --comment \"other\", no comment of ours",
    "-j ng-raw, -j ng-none, jump to ng-none",
    "*raw, *filter, is not ours to use",
    ":ng-raw - [0:0], :cali-raw - [0:0], neither a declaration nor a rule",
    "-A ng-raw, -A ng-row, which is not declared",
  })
  void findsWhatIsWrong(String from, String to, String finding) {
    List<String> findings = RestoreInputChecker.check(GOOD.replace(from, to));

    assertEquals(
        finding == null, findings.stream().noneMatch(f -> f.contains(String.valueOf(finding))));
    assertEquals(finding == null, findings.isEmpty(), findings::toString);
  }
}
