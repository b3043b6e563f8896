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

  /** What was collected: null if nothing, {@code current} itself if the same. */
  @Nullable Memberships build(AddressNode of, @Nullable Memberships current) {
    if (size == 0) {
      return null;
    }
    if (current != null
        && Arrays.equals(sets, 0, size, current.sets, 0, current.sets.length)
        && Arrays.equals(expiryNs, 0, size, current.expiryNs, 0, current.expiryNs.length)) {
      return current;
    }
    return new Memberships(
        of.scope,
        of.address.hi(),
        of.address.lo(),
        Arrays.copyOf(sets, size),
        Arrays.copyOf(expiryNs, size));
  }
}
