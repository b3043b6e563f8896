// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node of the trie of the labels before an asterisk, read from left to right.
 *
 * <p><b>Threading:</b> immutable once its {@link NameIndex} is built.
 */
final class Before {
  private static final Before[] NO_NEXT = {};

  final byte[] label;
  final SetIds sets = new SetIds();

  /** By label, sorted. */
  Before[] next = NO_NEXT;

  Before(byte[] label) {
    this.label = label;
  }

  /** The node of the label with its length at this index, or null. */
  @Nullable Before next(byte[] octets, int at) {
    int place = place(octets, at);
    return place < 0 ? null : next[place];
  }

  Before nextOrNew(byte[] octets, int at) {
    int place = place(octets, at);
    if (place >= 0) {
      return next[place];
    }
    Before made = new Before(Arrays.copyOfRange(octets, at, at + octets[at] + 1));
    Before[] more = Arrays.copyOf(next, next.length + 1);
    System.arraycopy(next, -place - 1, more, -place, next.length + place + 1);
    more[-place - 1] = made;
    next = more;
    return made;
  }

  private int place(byte[] octets, int at) {
    int low = 0;
    int high = next.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      byte[] known = next[middle].label;
      int order = Arrays.compare(known, 0, known.length, octets, at, at + octets[at] + 1);
      if (order == 0) {
        return middle;
      }
      low = order < 0 ? middle + 1 : low;
      high = order > 0 ? middle - 1 : high;
    }
    return -low - 1;
  }

  void trim() {
    sets.trim();
    for (Before each : next) {
      each.trim();
    }
  }
}
