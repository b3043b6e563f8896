// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * A heap of links, the soonest to expire on top, each link in it once. A place has four children,
 * which share a cache line or two: half as many are visited as with two.
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

  private static final int ARITY_BITS = 2;

  // The fields of a place in the heap.
  private static final int KEY = 0;
  private static final int LINK = 8;
  private static final int ROW_OCTETS = 12;

  private final Links links;
  private final Rows rows = new Rows(ROW_OCTETS);
  private final PlacesByKey ahead = new PlacesByKey();
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
    if (rows.capacity() > KEPT) {
      rows.reset();
    }
  }

  void add(int link) {
    assert links.queueIndex(link) < 0;
    rows.ensure(size + 1);
    siftUp(size++, link, links.expiryNs(link));
  }

  void remove(int link) {
    int at = links.queueIndex(link);
    assert link(at) == link;
    links.queueIndex(link, -1);
    size--;
    if (at == size) {
      return;
    }
    int last = link(size);
    long key = key(size);
    if (at > 0 && key - key(parent(at)) < 0) {
      siftUp(at, last, key);
    } else {
      siftDown(at, last, key);
    }
  }

  /** The link that expires first; 0 if there is none. */
  int peek() {
    while (size > 0) {
      int top = link(0);
      long expiryNs = links.expiryNs(top);
      if (key(0) == expiryNs) {
        return top;
      }
      siftDown(0, top, expiryNs);
    }
    return 0;
  }

  /**
   * The links that expire first, as far as their keys tell, in this order. A link that was renewed
   * may stand before its time.
   *
   * @return how many there are, {@code most} at most
   */
  int soonest(int[] into, int most) {
    int found = 0;
    ahead.clear();
    if (size > 0) {
      ahead.add(0, key(0));
    }
    while (found < most && !ahead.isEmpty()) {
      int at = ahead.poll();
      into[found++] = link(at);
      int first = firstChild(at);
      for (int child = first; child < size && child < first + (1 << ARITY_BITS); child++) {
        ahead.add(child, key(child));
      }
    }
    return found;
  }

  private int link(int at) {
    return rows.intAt(at, LINK);
  }

  private long key(int at) {
    return rows.longAt(at, KEY);
  }

  private void siftUp(int from, int link, long key) {
    int at = from;
    while (at > 0) {
      int parent = parent(at);
      if (key - key(parent) >= 0) {
        break;
      }
      place(at, link(parent), key(parent));
      at = parent;
    }
    place(at, link, key);
  }

  private void siftDown(int from, int link, long key) {
    int at = from;
    while (firstChild(at) < size) {
      int child = soonestOf(firstChild(at));
      if (key(child) - key >= 0) {
        break;
      }
      place(at, link(child), key(child));
      at = child;
    }
    place(at, link, key);
  }

  private static int parent(int at) {
    return (at - 1) >>> ARITY_BITS;
  }

  private static int firstChild(int at) {
    return (at << ARITY_BITS) + 1;
  }

  private int soonestOf(int firstChild) {
    int soonest = firstChild;
    int end = Math.min(size, firstChild + (1 << ARITY_BITS));
    for (int child = firstChild + 1; child < end; child++) {
      if (key(child) - key(soonest) < 0) {
        soonest = child;
      }
    }
    return soonest;
  }

  private void place(int index, int link, long key) {
    rows.intAt(index, LINK, link);
    rows.longAt(index, KEY, key);
    links.queueIndex(link, index);
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return rows.octetsOutside();
  }
}
