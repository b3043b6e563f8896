// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.KeyedHash;
import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Things of one kind by their keys, which are looked for as octets and numbers: no object stands
 * for a key, nor for an entry.
 *
 * <p>Open addressing with linear probing. What is removed leaves no mark: those behind it move up.
 * The hash is keyed at random, so nobody who can choose names or addresses can choose collisions;
 * each thing keeps its own, so that growing asks no key.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> filled to a half at most, so 8 to 16 bytes each when it has grown.
 */
abstract class KeyedTable<K extends Keyed> extends AbstractCollection<K> {
  private static final int MIN_CAPACITY = 64;

  final KeyedHash keyed = new KeyedHash();
  private @Nullable Keyed[] slots = new Keyed[MIN_CAPACITY];
  private int size;

  /** The hash of its key. */
  abstract int hashOf(K each);

  /** Where a search for this hash begins. */
  final int start(int hash) {
    return hash & (slots.length - 1);
  }

  final int next(int slot) {
    return (slot + 1) & (slots.length - 1);
  }

  /** What stands in this slot; a search ends where nothing does. */
  @SuppressWarnings("unchecked") // only a K is ever put
  final @Nullable K at(int slot) {
    return (K) slots[slot];
  }

  static int fold(long hash) {
    return (int) (hash ^ hash >>> 32);
  }

  /** Adds one whose key no other has. */
  void put(K each) {
    if (2 * (size + 1) > slots.length) {
      resize(2 * slots.length);
    }
    each.hash = hashOf(each);
    place(slots, each);
    size++;
  }

  private static void place(@Nullable Keyed[] into, Keyed each) {
    int at = each.hash & (into.length - 1);
    while (into[at] != null) {
      at = (at + 1) & (into.length - 1);
    }
    into[at] = each;
  }

  /** Takes one out, if it is there. */
  void remove(K each) {
    int gap = start(each.hash);
    while (slots[gap] != each) {
      if (slots[gap] == null) {
        return;
      }
      gap = next(gap);
    }
    size--;
    for (int at = next(gap); ; at = next(at)) {
      Keyed there = slots[at];
      if (there == null) {
        break;
      }
      // It may move to the gap unless its search begins behind that.
      int mask = slots.length - 1;
      if (((at - there.hash) & mask) >= ((at - gap) & mask)) {
        slots[gap] = there;
        gap = at;
      }
    }
    slots[gap] = null;
    if (slots.length > MIN_CAPACITY && 16L * size < slots.length) {
      resize(slots.length / 4);
    }
  }

  private void resize(int capacity) {
    @Nullable Keyed[] fresh = new Keyed[capacity];
    for (Keyed each : slots) {
      if (each != null) {
        place(fresh, each);
      }
    }
    slots = fresh;
  }

  @Override
  public void clear() {
    slots = new Keyed[MIN_CAPACITY];
    size = 0;
  }

  @Override
  public int size() {
    return size;
  }

  /** In no order; the table may not change meanwhile. */
  @Override
  public Iterator<K> iterator() {
    return new Iterator<>() {
      private int slot = firstFrom(0);

      @Override
      public boolean hasNext() {
        return slot < slots.length;
      }

      @Override
      public K next() {
        K each = hasNext() ? at(slot) : null;
        if (each == null) {
          throw new NoSuchElementException();
        }
        slot = firstFrom(slot + 1);
        return each;
      }
    };
  }

  private int firstFrom(int slot) {
    int at = slot;
    while (at < slots.length && slots[at] == null) {
      at++;
    }
    return at;
  }
}
