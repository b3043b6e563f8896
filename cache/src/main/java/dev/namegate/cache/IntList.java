// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.Arrays;

/**
 * Handles that something is still to be done with.
 *
 * <p><b>Bounds:</b> grows to the most that were noted at a time; gives back what is beyond {@value
 * #KEPT} when it is cleared.
 */
final class IntList {
  private static final int FIRST = 16;
  private static final int KEPT = 4_096;

  private int[] items = new int[FIRST];
  private int size;

  void add(int item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, 2 * size);
    }
    items[size++] = item;
  }

  int get(int index) {
    return items[index];
  }

  /** Takes out the one that was added last; there must be one. */
  int removeLast() {
    return items[--size];
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void clear() {
    size = 0;
    if (items.length > KEPT) {
      items = new int[FIRST];
    }
  }
}
