// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.List;

/** A unified difference of two texts, for the message of a failed test. */
final class LineDiff {
  private LineDiff() {}

  static String of(String expected, String actual) {
    List<String> a = expected.lines().toList();
    List<String> b = actual.lines().toList();
    int[][] common = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        common[i][j] =
            a.get(i).equals(b.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    StringBuilder text = new StringBuilder("--- expected\n+++ actual\n");
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
        text.append(' ').append(a.get(i++)).append('\n');
        j++;
      } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
        text.append('-').append(a.get(i++)).append('\n');
      } else {
        text.append('+').append(b.get(j++)).append('\n');
      }
    }
    return text.toString();
  }
}
