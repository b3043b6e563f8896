// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.KeyedHash;

/**
 * The learnt addresses, each of one scope: known as long as a link leads to it. An address is a
 * number, its handle, and has a row in these columns; 0 is none.
 *
 * <pre>
 *   handle │ hi │ lo │ scope │ first incoming link │ flags │ index: hash, next of bucket
 *        1 │ …  │ …  │ …     │ …                   │ …     │ …
 *        2 │ (free: first incoming link is the next free one)
 * </pre>
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> 40 octets an address, outside of the heap.
 */
final class Addresses {
  private static final int LIVE = 1;
  private static final int STALE = 2;
  private static final int KEPT = 4;

  private final KeyedHash keyed = new KeyedHash();
  private final HandleIndex index = new HandleIndex();
  private final LongColumn hi = new LongColumn();
  private final LongColumn lo = new LongColumn();
  private final IntColumn scopes = new IntColumn();
  private final IntColumn firstIncoming = new IntColumn();
  private final IntColumn flags = new IntColumn();
  private int end = 1;
  private int firstFree;

  private int hash(int scope, long hi, long lo) {
    long hash = keyed.mix(keyed.mix(keyed.mix(keyed.seed(), scope), hi), lo);
    return (int) (hash ^ (hash >>> 32));
  }

  /** The address; 0 if it is not known. */
  int find(int scope, long hi, long lo) {
    int hash = hash(scope, hi, lo);
    int address = index.first(hash);
    while (address != 0 && !is(address, scope, hi, lo)) {
      address = index.next(address, hash);
    }
    return address;
  }

  private boolean is(int address, int scope, long hi, long lo) {
    return this.lo.get(address) == lo && this.hi.get(address) == hi && scopes.get(address) == scope;
  }

  /** The address, which may be new and is without a link then. */
  int findOrAdd(int scope, long hi, long lo) {
    int known = find(scope, hi, lo);
    if (known != 0) {
      return known;
    }
    int address = firstFree;
    if (address != 0) {
      firstFree = firstIncoming.get(address);
    } else {
      address = end++;
      ensure(end);
    }
    this.hi.set(address, hi);
    this.lo.set(address, lo);
    scopes.set(address, scope);
    firstIncoming.set(address, 0);
    flags.set(address, LIVE);
    index.add(address, hash(scope, hi, lo));
    return address;
  }

  private void ensure(int size) {
    hi.ensure(size);
    lo.ensure(size);
    scopes.ensure(size);
    firstIncoming.ensure(size);
    flags.ensure(size);
  }

  /** Forgets the address. Its handle is used again when it is not stale any more. */
  void remove(int address) {
    index.remove(address);
    flag(address, LIVE, false);
    if (!isStale(address)) {
      free(address);
    }
  }

  private void free(int address) {
    firstIncoming.set(address, firstFree);
    firstFree = address;
  }

  void clear() {
    index.clear();
    end = 1;
    firstFree = 0;
  }

  int size() {
    return index.size();
  }

  /** All handles are below. */
  int end() {
    return end;
  }

  /** Whether the handle is that of an address that is known. */
  boolean isLive(int address) {
    return (flags.get(address) & LIVE) != 0;
  }

  long hi(int address) {
    return hi.get(address);
  }

  long lo(int address) {
    return lo.get(address);
  }

  int scope(int address) {
    return scopes.get(address);
  }

  /** The first of the links that lead here; 0 if there is none. */
  int firstIncoming(int address) {
    return firstIncoming.get(address);
  }

  void firstIncoming(int address, int link) {
    firstIncoming.set(address, link);
  }

  /** Whether it stands in the publisher's list of addresses to compute afresh. */
  boolean isStale(int address) {
    return (flags.get(address) & STALE) != 0;
  }

  void stale(int address) {
    flag(address, STALE, true);
  }

  /** It is not in the publisher's list any more. Returns whether it is known still. */
  boolean fresh(int address) {
    flag(address, STALE, false);
    if (!isLive(address)) {
      free(address);
      return false;
    }
    return true;
  }

  /** Whether {@link KeptAddresses} keeps it. */
  boolean isKept(int address) {
    return (flags.get(address) & KEPT) != 0;
  }

  void kept(int address, boolean isKept) {
    flag(address, KEPT, isKept);
  }

  private void flag(int address, int flag, boolean isSet) {
    int before = flags.get(address);
    flags.set(address, isSet ? before | flag : before & ~flag);
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return hi.octetsOutside()
        + lo.octetsOutside()
        + scopes.octetsOutside()
        + firstIncoming.octetsOutside()
        + flags.octetsOutside()
        + index.octetsOutside();
  }
}
