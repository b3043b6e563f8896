// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.Arrays;

/**
 * A few places of an {@link ExpiryHeap}, the one with the soonest key first.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> as many as there ever were at a time; add and poll are O(log n).
 */
final class PlacesByKey {
  private static final int[] NO_PLACES = {};
  private static final long[] NO_KEYS = {};
  private static final int FIRST = 256;

  private int[] places = NO_PLACES;
  private long[] keys = NO_KEYS;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void clear() {
    size = 0;
  }

  void add(int place, long key) {
    if (size == places.length) {
      int capacity = Math.max(FIRST, 2 * size);
      places = Arrays.copyOf(places, capacity);
      keys = Arrays.copyOf(keys, capacity);
    }
    int at = size++;
    while (at > 0 && key - keys[(at - 1) >>> 1] < 0) {
      at = put(at, (at - 1) >>> 1);
    }
    places[at] = place;
    keys[at] = key;
  }

  /** Takes out the first; there is one. */
  int poll() {
    int first = places[0];
    int last = --size;
    int at = 0;
    for (int child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && keys[child + 1] - keys[child] < 0) {
        child++;
      }
      if (keys[child] - keys[last] >= 0) {
        break;
      }
      at = put(at, child);
    }
    places[at] = places[last];
    keys[at] = keys[last];
    return first;
  }

  /** Moves what is at {@code from} to {@code to}. Returns {@code from}. */
  private int put(int to, int from) {
    places[to] = places[from];
    keys[to] = keys[from];
    return from;
  }
}
