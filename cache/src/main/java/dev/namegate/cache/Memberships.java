// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.HotPath;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Which domain sets contain one address, for one scope ({@link DnsCache}), and each until when: a
 * view that {@link AddressTable#find} turns to an address.
 *
 * <p>The sets are those of the moment of the lookup. The cache's writer may put off the end of a
 * set afterwards; a reader then sees the one end or the other.
 *
 * <p><b>Threading:</b> confined to a thread at a time; what it views is safe to read.
 *
 * <p><b>Ownership:</b> whoever made it reuses it. It is empty until a lookup finds something.
 */
public final class Memberships {
  /** From this many sets on a binary search is worth its mispredicted branches. */
  private static final int LINEAR_LIMIT = 16;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int[] NONE = {};

  /** What {@link #sets} is while one set contains the address. */
  private final int[] one = new int[1];

  /** Ascending. Never written to, but for {@link #one}. */
  private int[] sets = NONE;

  /** Where the ends of the sets stand, from {@link #endsAt} on; null if all end at once. */
  private long @Nullable [] ends;

  private int endsAt;
  private long endNs;

  /** Of no address. */
  public Memberships() {}

  /** Turns to an address that one set contains. */
  void of(int set, long endNs) {
    one[0] = set;
    of(one, endNs);
  }

  /** Turns to an address whose sets all end at this time. */
  void of(int[] sets, long endNs) {
    this.sets = sets;
    this.ends = null;
    this.endNs = endNs;
  }

  /** Turns to an address each set of which has an end of its own. */
  void of(int[] sets, long[] ends, int endsAt) {
    this.sets = sets;
    this.ends = ends;
    this.endsAt = endsAt;
  }

  /** Turns to no address. */
  void clear() {
    sets = NONE;
    ends = null;
  }

  /** Whether this domain set contains the address at this time. */
  @HotPath
  public boolean contains(int domainSet, long nowNs) {
    int index = indexOf(domainSet);
    return index >= 0 && expiryNs(index) - nowNs > 0;
  }

  /** How many domain sets are named here, those that are over included. */
  public int size() {
    return sets.length;
  }

  /** Ascending. Never to be written to, and not to be kept: one set's array is used again. */
  int[] sets() {
    return sets;
  }

  /** The id of the domain set at this index; ids ascend. */
  public int domainSet(int index) {
    return sets[index];
  }

  /** Until when the domain set at this index contains the address. */
  @HotPath
  public long expiryNs(int index) {
    long[] apart = ends;
    return apart == null ? endNs : (long) LONGS.getOpaque(apart, endsAt + index);
  }

  /** The first domain set in {@code [from, end)} that is named here, be it over or not; or -1. */
  @HotPath
  public int nextDomainSet(int from, int end) {
    for (int set : sets) {
      if (set >= from) {
        return set < end ? set : -1;
      }
    }
    return -1;
  }

  /** Where the set stands, or a negative number. */
  int indexOf(int domainSet) {
    int[] ids = sets;
    int low = 0;
    int high = ids.length;
    while (high - low > LINEAR_LIMIT) {
      int middle = (low + high) >>> 1;
      if (ids[middle] <= domainSet) {
        low = middle;
      } else {
        high = middle;
      }
    }
    for (int i = low; i < high; i++) {
      if (ids[i] == domainSet) {
        return i;
      }
    }
    return -1;
  }

  /** Whether some set contains the address now, and not any more at that time. */
  boolean endsWithin(long nowNs, long untilNs) {
    for (int i = 0; i < sets.length; i++) {
      long end = expiryNs(i);
      if (end - nowNs > 0 && end - untilNs <= 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether any of the sets is over at this time. */
  boolean hasExpired(long nowNs) {
    for (int i = 0; i < sets.length; i++) {
      if (expiryNs(i) - nowNs <= 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append('{');
    for (int i = 0; i < sets.length; i++) {
      text.append(i == 0 ? "" : ", ").append(sets[i]).append(" until ").append(expiryNs(i));
    }
    return text.append('}').toString();
  }
}
