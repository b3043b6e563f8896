// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.Room;
import java.util.List;
import java.util.Locale;

/** The rules of somebody else on the lab's host, written by hand with one backend's commands. */
final class HostRules {
  /** Every table that this kernel may have; reading one that is not there is an empty answer. */
  private static final List<String> TABLES = List.of("raw", "mangle", "nat", "filter", "security");

  private final Lab lab;
  private final String backend;

  /**
   * @param backend as {@code iptablesBackend} spells it: NFT or Legacy
   */
  HostRules(Lab lab, String backend) {
    this.lab = lab;
    this.backend = backend.toLowerCase(Locale.ROOT);
  }

  /** Runs {@code iptables -t TABLE …}, the rule given as one would type it. */
  HostRules add(String table, String rule) {
    return run("iptables-", table, rule);
  }

  /** As {@link #add}, with {@code ip6tables}. */
  HostRules add6(String table, String rule) {
    return run("ip6tables-", table, rule);
  }

  private HostRules run(String command, String table, String rule) {
    lab.exec(Room.HOST, "sh", "-c", command + backend + " -w 5 -t " + table + " " + rule).orFail();
    return this;
  }

  /** All rules of this backend that are not ours, in a form that does not change with traffic. */
  String text() {
    return lines(false);
  }

  /** All rules of this backend that are ours. */
  String ours() {
    return lines(true);
  }

  private String lines(boolean ours) {
    StringBuilder text = new StringBuilder();
    for (String command : List.of("iptables-", "ip6tables-")) {
      for (String table : TABLES) {
        lab.exec(Room.HOST, command + backend + "-save", "-t", table)
            .stdout()
            .lines()
            // Rules and chains of a person; the kernel's own chains are there once somebody looked.
            .filter(line -> line.startsWith("-A ") || line.matches(":.* - .*"))
            .filter(line -> (line.contains("ng:") || line.startsWith(":ng-")) == ours)
            .map(line -> line.replaceFirst(" \\[\\d+:\\d+]$", ""))
            .forEach(
                line -> text.append(command).append(table).append(": ").append(line).append('\n'));
      }
    }
    return text.toString();
  }

  void flush() {
    for (String command : List.of("iptables-", "ip6tables-")) {
      for (String table : TABLES) {
        lab.exec(Room.HOST, command + backend, "-w", "5", "-t", table, "-F");
      }
    }
  }
}
