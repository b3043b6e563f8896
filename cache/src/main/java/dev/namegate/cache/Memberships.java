// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which domain sets contain one address, for one scope ({@link DnsCache}), and each until when.
 *
 * <p><b>Threading:</b> immutable; any thread. A set that ends or is added makes a new object, which
 * takes this one's place in the {@link AddressTable}.
 */
public final class Memberships {
  /** From this many sets on a binary search is worth its mispredicted branches. */
  private static final int LINEAR_LIMIT = 16;

  final int scope;
  final long hi;
  final long lo;

  /** Ascending, not empty. Never written to after construction, as is {@link #expiryNs}. */
  final int[] sets;

  final long[] expiryNs;

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
    return index >= 0 && expiryNs[index] - nowNs > 0;
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
  public long expiryNs(int index) {
    return expiryNs[index];
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
    for (long expiry : expiryNs) {
      if (expiry - nowNs > 0 && expiry - untilNs <= 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether any of the sets is over at this time. */
  boolean hasExpired(long nowNs) {
    for (long expiry : expiryNs) {
      if (expiry - nowNs <= 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether some set that is not over lasts longer here than there, or is not there at all. */
  boolean outlasts(@Nullable Memberships other, long nowNs) {
    for (int i = 0; i < sets.length; i++) {
      if (expiryNs[i] - nowNs > 0) {
        int there = other == null ? -1 : other.indexOf(sets[i]);
        if (other == null || there < 0 || expiryNs[i] - other.expiryNs[there] > 0) {
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
      text.append(i == 0 ? "" : ", ").append(sets[i]).append(" until ").append(expiryNs[i]);
    }
    return text.append('}').toString();
  }
}
