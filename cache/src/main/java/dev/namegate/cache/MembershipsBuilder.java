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
    Links links = graph.links;
    int owner = links.owner(link);
    ofName = graph.names.ownSets(owner);
    for (int set : ofName) {
      raise(set, links.expiryNs(link));
    }
    Claims claims = graph.names.inherited(owner);
    for (int i = 0; i < claims.size(); i++) {
      raise(claims.set(i), links.cut(link, claims.expiryNs(i)));
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

  int set(int index) {
    return sets[index];
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

  /** Whether this is the one set that there is. */
  boolean isOnly(int set) {
    return size == 1 && sets[0] == set;
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
