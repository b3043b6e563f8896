// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.Arrays;

/**
 * The domain sets that reach a name through aliases: for each set, until when, and over how many
 * aliases.
 *
 * <p>A set can reach a name over several paths. Of those a path is kept only if no other one is
 * both as short and as long-lived, so within a set the expiry grows with the depth. A longer path
 * may last longer here and yet be cut off by the depth limit further on; that is why both are kept.
 *
 * <p><b>Bounds:</b> {@link #MAX_DEPTH} entries for a set, nearly always one; 12 bytes an entry.
 */
final class Claims {
  /** The most aliases from a name that is in a set to one that the set reaches. */
  static final int MAX_DEPTH = 16;

  /** Those of a name that nothing reaches. Never raised, and so nothing to prune or to clear. */
  static final Claims NONE = new Claims();

  private static final int DEPTH_BITS = 5;
  private static final int[] NO_KEYS = {};
  private static final long[] NO_TIMES = {};

  /** {@code set << DEPTH_BITS | depth}, ascending. */
  private int[] keys = NO_KEYS;

  private long[] expiryNs = NO_TIMES;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int set(int index) {
    return keys[index] >>> DEPTH_BITS;
  }

  int depth(int index) {
    return keys[index] & ((1 << DEPTH_BITS) - 1);
  }

  long expiryNs(int index) {
    return expiryNs[index];
  }

  void clear() {
    keys = NO_KEYS;
    expiryNs = NO_TIMES;
    size = 0;
  }

  /** Whether a path that is no longer reaches here from the set, and lasts longer. */
  boolean hasBetter(int set, int depth, long untilNs) {
    for (int i = firstOf(set); i < size && set(i) == set && depth(i) <= depth; i++) {
      if (expiryNs[i] - untilNs > 0) {
        return true;
      }
    }
    return false;
  }

  /** Adds a path. Returns whether that made a difference. */
  boolean raise(int set, int depth, long untilNs) {
    int at = firstOf(set);
    while (at < size && set(at) == set && depth(at) < depth) {
      if (expiryNs[at] - untilNs >= 0) {
        return false;
      }
      at++;
    }
    int key = set << DEPTH_BITS | depth;
    if (at < size && keys[at] == key && expiryNs[at] - untilNs >= 0) {
      return false;
    }
    int end = at;
    while (end < size && set(end) == set && expiryNs[end] - untilNs <= 0) {
      end++;
    }
    replace(at, end, key, untilNs);
    return true;
  }

  /** Drops what is over. Returns whether anything was. */
  boolean prune(long nowNs) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (expiryNs[i] - nowNs > 0) {
        keys[kept] = keys[i];
        expiryNs[kept++] = expiryNs[i];
      }
    }
    boolean isChanged = kept < size;
    size = kept;
    if (kept == 0) {
      clear();
    }
    return isChanged;
  }

  /** The index of the set's first entry, or where it would be. */
  private int firstOf(int set) {
    int index = Arrays.binarySearch(keys, 0, size, set << DEPTH_BITS);
    return index < 0 ? -index - 1 : index;
  }

  /** Puts one entry in the place of those in [from, to). */
  private void replace(int from, int to, int key, long untilNs) {
    int newSize = size - (to - from) + 1;
    if (newSize > keys.length) {
      int capacity = size + Math.max(1, size / 2);
      keys = Arrays.copyOf(keys, capacity);
      expiryNs = Arrays.copyOf(expiryNs, capacity);
    }
    System.arraycopy(keys, to, keys, from + 1, size - to);
    System.arraycopy(expiryNs, to, expiryNs, from + 1, size - to);
    keys[from] = key;
    expiryNs[from] = untilNs;
    size = newSize;
  }
}
