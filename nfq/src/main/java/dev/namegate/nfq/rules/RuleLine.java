// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.List;

/**
 * A rule as text, as it is written to and read from the kernel.
 *
 * <p>What the kernel gives back is not what it was given (order of options, names for numbers), so
 * rules are compared by hash alone.
 *
 * @param chain the chain it stands in
 * @param hash our comment; empty if the rule is not ours
 * @param text all that follows the chain's name
 */
record RuleLine(String chain, String hash, String text) {
  static List<String> hashes(List<RuleLine> lines) {
    return lines.stream().map(RuleLine::hash).toList();
  }

  boolean isOurs() {
    return !hash.isEmpty();
  }

  String append() {
    return "-A " + chain + " " + text;
  }

  String insertFirst() {
    return "-I " + chain + " 1 " + text;
  }

  String delete() {
    return "-D " + chain + " " + text;
  }
}
