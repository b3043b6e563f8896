// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap of links, the soonest to expire on top, each link in it once.
 *
 * <p>Renewal is lazy: a link whose expiry moves on stays where it is, and is moved down when it
 * comes to the top with a key that is no longer true. So renewal costs nothing at once, and what is
 * renewed ten times in its life costs one sift. Keys are never later than the expiry, because an
 * expiry never moves back.
 *
 * <p><b>Bounds:</b> add, remove and pop are O(log n); 12 bytes a link.
 */
final class ExpiryHeap {
  private @Nullable Link[] links = new Link[16];
  private long[] keys = new long[16];
  private int size;

  int size() {
    return size;
  }

  /** Forgets all links; none of them may be used again. */
  void clear() {
    links = new Link[16];
    keys = new long[16];
    size = 0;
  }

  void add(Link link) {
    assert link.heapIndex < 0;
    if (size == keys.length) {
      links = Arrays.copyOf(links, size * 2);
      keys = Arrays.copyOf(keys, size * 2);
    }
    siftUp(size++, link, link.expiryNs);
  }

  void remove(Link link) {
    int at = link.heapIndex;
    assert links[at] == link;
    link.heapIndex = -1;
    size--;
    Link last = at(size);
    links[size] = null;
    if (at == size) {
      return;
    }
    long key = keys[size];
    if (at > 0 && key - keys[(at - 1) >>> 1] < 0) {
      siftUp(at, last, key);
    } else {
      siftDown(at, last, key);
    }
  }

  /** The link that expires first; null if there is none. */
  @Nullable Link peek() {
    while (size > 0) {
      Link top = at(0);
      if (keys[0] == top.expiryNs) {
        return top;
      }
      siftDown(0, top, top.expiryNs);
    }
    return null;
  }

  @SuppressWarnings("NullAway") // slots below size hold a link
  private Link at(int index) {
    return links[index];
  }

  private void siftUp(int from, Link link, long key) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (key - keys[parent] >= 0) {
        break;
      }
      place(at, at(parent), keys[parent]);
      at = parent;
    }
    place(at, link, key);
  }

  private void siftDown(int from, Link link, long key) {
    int at = from;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && keys[child + 1] - keys[child] < 0) {
        child++;
      }
      if (keys[child] - key >= 0) {
        break;
      }
      place(at, at(child), keys[child]);
      at = child;
    }
    place(at, link, key);
  }

  private void place(int index, Link link, long key) {
    links[index] = link;
    keys[index] = key;
    link.heapIndex = index;
  }
}
