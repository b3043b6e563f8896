// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.Arrays;

/**
 * Collects the domain sets of one address, then the next: the maximum of what each link to it
 * brings.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 */
final class MembershipsBuilder {
  private static final int[] NONE = {};

  private int[] sets = new int[8];
  private long[] expiryNs = new long[8];
  private int size;
  private long nowNs;

  /** Sets that may be these: those of the name that was raised last, and those built last. */
  private int[] ofName = NONE;

  private int[] lastBuilt = NONE;

  /** Starts with nothing. */
  void reset(long nowNs) {
    this.nowNs = nowNs;
    size = 0;
  }

  /** Starts with what of {@code base} is not over. */
  void reset(Memberships base, long nowNs) {
    reset(nowNs);
    for (int i = 0; i < base.size(); i++) {
      if (base.expiryNs(i) - nowNs > 0) {
        insert(size, base.domainSet(i), base.expiryNs(i));
      }
    }
  }

  /** Adds what the owner of this link brings over it. */
  void raise(NameGraph graph, int link) {
    NameNode owner = graph.owner(link);
    Links links = graph.links;
    ofName = owner.ownSets;
    for (int set : owner.ownSets) {
      raise(set, links.expiryNs(link));
    }
    for (int i = 0; i < owner.inherited().size(); i++) {
      raise(owner.inherited().set(i), links.cut(link, owner.inherited().expiryNs(i)));
    }
  }

  /** Adds one set. */
  void raise(int set, long untilNs) {
    if (untilNs - nowNs <= 0) {
      return;
    }
    int index = Arrays.binarySearch(sets, 0, size, set);
    if (index < 0) {
      insert(-index - 1, set, untilNs);
    } else if (untilNs - expiryNs[index] > 0) {
      expiryNs[index] = untilNs;
    }
  }

  private void insert(int at, int set, long untilNs) {
    if (size == sets.length) {
      sets = Arrays.copyOf(sets, size * 2);
      expiryNs = Arrays.copyOf(expiryNs, size * 2);
    }
    System.arraycopy(sets, at, sets, at + 1, size - at);
    System.arraycopy(expiryNs, at, expiryNs, at + 1, size - at);
    sets[at] = set;
    expiryNs[at] = untilNs;
    size++;
  }

  int size() {
    return size;
  }

  long expiryNs(int index) {
    return expiryNs[index];
  }

  /** Whether not all sets end at once. */
  boolean endsApart() {
    for (int i = 1; i < size; i++) {
      if (expiryNs[i] != expiryNs[0]) {
        return true;
      }
    }
    return false;
  }

  /** Whether these are the sets. */
  boolean hasSets(int[] other) {
    return other.length == size && Arrays.equals(sets, 0, size, other, 0, size);
  }

  /** The sets as an array that is never written to, shared with others of the same sets. */
  int[] sets() {
    if (!hasSets(lastBuilt)) {
      lastBuilt = hasSets(ofName) ? ofName : Arrays.copyOf(sets, size);
    }
    return lastBuilt;
  }

  /** Whether some set of before that is not over is not here, or for a shorter time. */
  boolean isLessThan(Memberships before) {
    for (int i = 0; i < before.size(); i++) {
      long until = before.expiryNs(i);
      if (until - nowNs > 0) {
        int here = Arrays.binarySearch(sets, 0, size, before.domainSet(i));
        if (here < 0 || until - expiryNs[here] > 0) {
          return true;
        }
      }
    }
    return false;
  }
}
