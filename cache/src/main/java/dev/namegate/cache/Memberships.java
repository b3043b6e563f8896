// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which domain sets contain one address, for one scope ({@link DnsCache}), and each until when.
 *
 * <p><b>Threading:</b> any thread. Its sets never change: one that ends or is added makes a new
 * object, which takes this one's place in the {@link AddressTable}. The cache's writer may put off
 * the end of a set; a reader sees the one end or the other.
 */
public final class Memberships {
  /** From this many sets on a binary search is worth its mispredicted branches. */
  private static final int LINEAR_LIMIT = 16;

  private static final VarHandle EXPIRY_NS = MethodHandles.arrayElementVarHandle(long[].class);

  final int scope;
  final long hi;
  final long lo;

  /** Ascending, not empty. Never written to; names and addresses may share it. */
  final int[] sets;

  private final long[] expiryNs;

  Memberships(int scope, long hi, long lo, int[] sets, long[] expiryNs) {
    assert sets.length > 0 && sets.length == expiryNs.length;
    this.scope = scope;
    this.hi = hi;
    this.lo = lo;
    this.sets = sets;
    this.expiryNs = expiryNs;
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

  /** The id of the domain set at this index; ids ascend. */
  public int domainSet(int index) {
    return sets[index];
  }

  /** Until when the domain set at this index contains the address. */
  @HotPath
  public long expiryNs(int index) {
    return (long) EXPIRY_NS.getOpaque(expiryNs, index);
  }

  /** Puts off the end of the domain set at this index, unless it is as late. Writer only. */
  void prolong(int index, long untilNs) {
    if (untilNs - expiryNs[index] > 0) {
      EXPIRY_NS.setRelease(expiryNs, index, untilNs);
    }
  }

  /** Whether these are its sets, and their ends. Writer only. */
  boolean isEqual(int[] otherSets, long[] otherExpiryNs, int size) {
    return Arrays.equals(sets, 0, sets.length, otherSets, 0, size)
        && Arrays.equals(expiryNs, 0, expiryNs.length, otherExpiryNs, 0, size);
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
      long expiry = expiryNs(i);
      if (expiry - nowNs > 0 && expiry - untilNs <= 0) {
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

  /** Whether some set that is not over lasts longer here than there, or is not there at all. */
  boolean outlasts(@Nullable Memberships other, long nowNs) {
    for (int i = 0; i < sets.length; i++) {
      if (expiryNs(i) - nowNs > 0) {
        int there = other == null ? -1 : other.indexOf(sets[i]);
        if (other == null || there < 0 || expiryNs(i) - other.expiryNs(there) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  boolean isOf(int scope, long hi, long lo) {
    return this.lo == lo && this.hi == hi && this.scope == scope;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(new IpAddress(hi, lo)).append('{');
    for (int i = 0; i < sets.length; i++) {
      text.append(i == 0 ? "" : ", ").append(sets[i]).append(" until ").append(expiryNs(i));
    }
    return text.append('}').toString();
  }
}
