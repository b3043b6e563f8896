// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * Handles that something is still to be done with, the first to come first.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> grows to the most that wait at a time; gives back what is beyond {@value #KEPT}
 * when it gets empty.
 */
final class IntQueue {
  private static final int FIRST = 16;
  private static final int KEPT = 4_096;

  /** A ring; its length is a power of two. */
  private int[] items = new int[FIRST];

  private int from;
  private int size;

  void add(int item) {
    if (size == items.length) {
      int[] larger = new int[2 * size];
      int first = size - from;
      System.arraycopy(items, from, larger, 0, first);
      System.arraycopy(items, 0, larger, first, from);
      items = larger;
      from = 0;
    }
    items[(from + size++) & (items.length - 1)] = item;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Takes out the one that came first; there must be one. */
  int poll() {
    int item = items[from];
    from = (from + 1) & (items.length - 1);
    if (--size == 0 && items.length > KEPT) {
      items = new int[FIRST];
      from = 0;
    }
    return item;
  }

  int capacity() {
    return items.length;
  }
}
