// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that somebody probably meant. */
public final class Spelling {
  private Spelling() {}

  /** {@code did you mean "x"?}, or a list of what there is when nothing is close. */
  static String suggest(String word, Collection<String> known) {
    return closest(word, known)
        .map(best -> "did you mean \"" + best + "\"?")
        .orElse(known.isEmpty() ? "" : "known here: " + String.join(", ", known));
  }

  /** The one that is spelt most alike; empty if none is spelt alike at all. */
  public static Optional<String> closest(String word, Collection<String> known) {
    String best = "";
    int bestDistance = Math.max(2, word.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < bestDistance && distance < candidate.length()) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  /** The least number of insertions, removals and replacements that turn one into the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
