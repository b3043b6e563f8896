// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects the domain sets of one address, then the next: the maximum of what each link to it
 * brings.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 */
final class MembershipsBuilder {
  private int[] sets = new int[8];
  private long[] expiryNs = new long[8];
  private int size;

  /** Those of the name that was raised last: often all that there are. */
  private int[] ownSets = {};

  private long nowNs;

  /** Starts with what of {@code base} is not over. */
  void reset(@Nullable Memberships base, long nowNs) {
    this.nowNs = nowNs;
    size = 0;
    for (int i = 0; base != null && i < base.size(); i++) {
      if (base.expiryNs(i) - nowNs > 0) {
        insert(size, base.domainSet(i), base.expiryNs(i));
      }
    }
  }

  /** Adds what the owner of this link brings over it. */
  void raise(AddressLink link) {
    NameNode owner = link.owner;
    ownSets = owner.ownSets;
    for (int set : owner.ownSets) {
      raise(set, link.expiryNs);
    }
    for (int i = 0; i < owner.inherited.size(); i++) {
      raise(owner.inherited.set(i), link.cut(owner.inherited.expiryNs(i)));
    }
  }

  /** Adds what the address is kept for. */
  void raiseKept(AddressNode address) {
    for (int set : address.keptSets) {
      raise(set, address.keptUntilNs);
    }
  }

  private void raise(int set, long untilNs) {
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

  /**
   * Puts off the ends of these domain sets to what was collected, if they are there all; else does
   * nothing and returns false.
   */
  boolean prolong(Memberships current) {
    for (int i = 0; i < size; i++) {
      if (current.indexOf(sets[i]) < 0) {
        return false;
      }
    }
    for (int i = 0; i < size; i++) {
      current.prolong(current.indexOf(sets[i]), expiryNs[i]);
    }
    return true;
  }

  /** The sets that were collected, in an array that is there already if it can be found. */
  private int[] ids(@Nullable Memberships current) {
    if (current != null && are(current.sets)) {
      return current.sets;
    }
    return are(ownSets) ? ownSets : Arrays.copyOf(sets, size);
  }

  private boolean are(int[] ids) {
    return Arrays.equals(sets, 0, size, ids, 0, ids.length);
  }

  /** What was collected: null if nothing, {@code current} itself if the same. */
  @Nullable Memberships build(AddressNode of, @Nullable Memberships current) {
    if (size == 0) {
      return null;
    }
    if (current != null && current.isEqual(sets, expiryNs, size)) {
      return current;
    }
    return new Memberships(of.scope, of.hi, of.lo, ids(current), Arrays.copyOf(expiryNs, size));
  }
}
