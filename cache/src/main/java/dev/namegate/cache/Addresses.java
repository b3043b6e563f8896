// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.KeyedHash;

/**
 * The learnt addresses, each of one scope: known as long as a link leads to it. An address is a
 * number, its handle, which is that of its row; 0 is none.
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

  // The fields of a row.
  private static final int HI = 0;
  private static final int LO = 8;
  private static final int SCOPE = 16;
  private static final int FIRST_INCOMING = 20;
  private static final int FLAGS = 24;
  private static final int ROW_OCTETS = 28;

  private final KeyedHash keyed = new KeyedHash();
  private final HandleIndex index = new HandleIndex();
  private final Rows rows = new Rows(ROW_OCTETS);
  private final Handles handles = new Handles(rows, FIRST_INCOMING);

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
    return lo(address) == lo && hi(address) == hi && scope(address) == scope;
  }

  /** Reads where {@link #find} begins to look; the number is of no meaning. */
  int readHead(int scope, long hi, long lo) {
    return index.head(hash(scope, hi, lo));
  }

  /** Reads all of the row of an address; the number is of no meaning. */
  int readRow(int address) {
    return rows.intAt(address, HI) + rows.intAt(address, FLAGS);
  }

  /** The address, which may be new and is without a link then. */
  int findOrAdd(int scope, long hi, long lo) {
    int known = find(scope, hi, lo);
    if (known != 0) {
      return known;
    }
    int address = handles.take();
    rows.longAt(address, HI, hi);
    rows.longAt(address, LO, lo);
    rows.intAt(address, SCOPE, scope);
    firstIncoming(address, 0);
    rows.intAt(address, FLAGS, LIVE);
    index.add(address, hash(scope, hi, lo));
    return address;
  }

  /** Forgets the address. Its handle is used again when it is not stale any more. */
  void remove(int address) {
    index.remove(address);
    flag(address, LIVE, false);
    if (!isStale(address)) {
      handles.free(address);
    }
  }

  void clear() {
    index.clear();
    handles.clear();
  }

  int size() {
    return index.size();
  }

  /** All handles are below. */
  int end() {
    return handles.end();
  }

  /** Whether the handle is that of an address that is known. */
  boolean isLive(int address) {
    return (rows.intAt(address, FLAGS) & LIVE) != 0;
  }

  long hi(int address) {
    return rows.longAt(address, HI);
  }

  long lo(int address) {
    return rows.longAt(address, LO);
  }

  int scope(int address) {
    return rows.intAt(address, SCOPE);
  }

  /** The first of the links that lead here; 0 if there is none. */
  int firstIncoming(int address) {
    return rows.intAt(address, FIRST_INCOMING);
  }

  void firstIncoming(int address, int link) {
    rows.intAt(address, FIRST_INCOMING, link);
  }

  /** Whether it stands in the publisher's list of addresses to compute afresh. */
  boolean isStale(int address) {
    return (rows.intAt(address, FLAGS) & STALE) != 0;
  }

  void stale(int address) {
    flag(address, STALE, true);
  }

  /** It is not in the publisher's list any more. Returns whether it is known still. */
  boolean fresh(int address) {
    flag(address, STALE, false);
    if (!isLive(address)) {
      handles.free(address);
      return false;
    }
    return true;
  }

  /** Whether {@link KeptAddresses} keeps it. */
  boolean isKept(int address) {
    return (rows.intAt(address, FLAGS) & KEPT) != 0;
  }

  void kept(int address, boolean isKept) {
    flag(address, KEPT, isKept);
  }

  private void flag(int address, int flag, boolean isSet) {
    int before = rows.intAt(address, FLAGS);
    rows.intAt(address, FLAGS, isSet ? before | flag : before & ~flag);
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return rows.octetsOutside() + index.octetsOutside();
  }
}
