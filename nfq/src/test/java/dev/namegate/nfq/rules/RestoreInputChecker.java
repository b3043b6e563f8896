// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges the input of {@code iptables-restore} by reading it, with nothing in common with the
 * renderer: it catches a golden file that was regenerated without a look.
 */
final class RestoreInputChecker {
  private static final Set<String> TARGETS = Set.of("RETURN", "DROP", "NFQUEUE", "NFLOG");
  private static final Map<String, Set<String>> BASE_CHAINS =
      Map.of(
          "raw", Set.of("PREROUTING"),
          "security", Set.of("INPUT", "FORWARD", "OUTPUT"));
  private static final Pattern COMMENT =
      Pattern.compile(" -m comment --comment \"(ng:[0-9a-f]{16})\" ");
  private static final Pattern JUMP = Pattern.compile("-j (\\S+)");

  private final List<String> findings = new ArrayList<>();
  private final Map<String, Set<String>> declared = new java.util.HashMap<>();
  private final Map<String, Set<String>> jumpedTo = new java.util.HashMap<>();
  private final Set<String> comments = new HashSet<>();
  private String table = "";

  private RestoreInputChecker() {}

  /** What is wrong with this input; empty if nothing is. */
  static List<String> check(String input) {
    RestoreInputChecker checker = new RestoreInputChecker();
    int number = 0;
    for (String line : (Iterable<String>) input.lines()::iterator) {
      checker.line(++number, line);
    }
    checker.end();
    return checker.findings;
  }

  private void line(int number, String line) {
    if (line.startsWith("*")) {
      expect(table.isEmpty(), number, "table inside a table");
      table = line.substring(1);
      expect(BASE_CHAINS.containsKey(table), number, "table " + table + " is not ours to use");
    } else if (line.equals("COMMIT")) {
      expect(!table.isEmpty(), number, "COMMIT outside a table");
      table = "";
    } else if (line.matches(":ng-[a-z0-9-]+ - \\[0:0]")) {
      String chain = line.substring(1, line.indexOf(' '));
      expect(chain.length() <= 28, number, "chain name is too long");
      expect(
          declared.computeIfAbsent(table, t -> new HashSet<>()).add(chain),
          number,
          "chain declared twice");
    } else if (line.startsWith("-A ") || line.startsWith("-I ")) {
      rule(number, line);
    } else {
      expect(false, number, "neither a declaration nor a rule: " + line);
    }
  }

  private void rule(int number, String line) {
    String chain = line.split(" ", -1)[1];
    boolean ours = declared.getOrDefault(table, Set.of()).contains(chain);
    boolean base = BASE_CHAINS.getOrDefault(table, Set.of()).contains(chain);
    expect(ours || base, number, "rule in chain " + chain + ", which is not declared");
    Matcher comment = COMMENT.matcher(line);
    if (comment.find()) {
      expect(comments.add(comment.group(1)), number, "comment used twice");
    } else {
      expect(false, number, "no comment of ours");
    }
    Matcher jump = JUMP.matcher(line);
    String target = jump.find() ? jump.group(1) : "";
    if (!TARGETS.contains(target)) {
      jumpedTo.computeIfAbsent(table, t -> new HashSet<>()).add(target);
    }
    expect(!base || target.startsWith("ng-"), number, "rule in a base chain that is no jump");
    expect(!line.contains("-j ACCEPT"), number, "ACCEPT would skip other people's rules");
    expect(!line.matches(".* {2}.*| .*|.* "), number, "stray blank");
  }

  private void end() {
    expect(table.isEmpty(), 0, "no trailing COMMIT");
    jumpedTo.forEach(
        (name, chains) ->
            chains.forEach(
                chain ->
                    expect(
                        declared.getOrDefault(name, Set.of()).contains(chain),
                        0,
                        "jump to " + chain + ", which is not declared in " + name)));
    declared.forEach(
        (name, chains) ->
            chains.forEach(
                chain ->
                    expect(
                        jumpedTo.getOrDefault(name, Set.of()).contains(chain),
                        0,
                        "nothing leads to " + chain)));
  }

  private void expect(boolean condition, int line, String finding) {
    if (!condition) {
      findings.add("line " + line + ": " + finding);
    }
  }
}
