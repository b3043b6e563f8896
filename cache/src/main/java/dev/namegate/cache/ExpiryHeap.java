// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * A binary heap of links, the soonest to expire on top, each link in it once.
 *
 * <p>Renewal is lazy: a link whose expiry moves on stays where it is, and is moved down when it
 * comes to the top with a key that is no longer true. So renewal costs nothing at once, and what is
 * renewed ten times in its life costs one sift. Keys are never later than the expiry, because an
 * expiry never moves back.
 *
 * <p><b>Bounds:</b> add, remove and pop are O(log n); 12 bytes a link, outside of the heap.
 */
final class ExpiryHeap {
  /** An empty heap gives back what is beyond so many links. */
  private static final int KEPT = 1_024;

  private final Links links;
  private final IntColumn order = new IntColumn();
  private final LongColumn keys = new LongColumn();
  private int size;

  ExpiryHeap(Links links) {
    this.links = links;
  }

  int size() {
    return size;
  }

  /** Forgets all links; none of them may be used again. */
  void clear() {
    size = 0;
    if (order.capacity() > KEPT) {
      order.reset();
      keys.reset();
    }
  }

  void add(int link) {
    assert links.queueIndex(link) < 0;
    order.ensure(size + 1);
    keys.ensure(size + 1);
    siftUp(size++, link, links.expiryNs(link));
  }

  void remove(int link) {
    int at = links.queueIndex(link);
    assert order.get(at) == link;
    links.queueIndex(link, -1);
    size--;
    if (at == size) {
      return;
    }
    int last = order.get(size);
    long key = keys.get(size);
    if (at > 0 && key - keys.get((at - 1) >>> 1) < 0) {
      siftUp(at, last, key);
    } else {
      siftDown(at, last, key);
    }
  }

  /** The link that expires first; 0 if there is none. */
  int peek() {
    while (size > 0) {
      int top = order.get(0);
      long expiryNs = links.expiryNs(top);
      if (keys.get(0) == expiryNs) {
        return top;
      }
      siftDown(0, top, expiryNs);
    }
    return 0;
  }

  private void siftUp(int from, int link, long key) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (key - keys.get(parent) >= 0) {
        break;
      }
      place(at, order.get(parent), keys.get(parent));
      at = parent;
    }
    place(at, link, key);
  }

  private void siftDown(int from, int link, long key) {
    int at = from;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && keys.get(child + 1) - keys.get(child) < 0) {
        child++;
      }
      if (keys.get(child) - key >= 0) {
        break;
      }
      place(at, order.get(child), keys.get(child));
      at = child;
    }
    place(at, link, key);
  }

  private void place(int index, int link, long key) {
    order.set(index, link);
    keys.set(index, key);
    links.queueIndex(link, index);
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return order.octetsOutside() + keys.octetsOutside();
  }
}
