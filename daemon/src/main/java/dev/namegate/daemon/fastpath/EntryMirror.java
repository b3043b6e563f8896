// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What stands in the kernel's accept sets, so that it can be found by destination and bounded.
 *
 * <pre>
 *   by key         buckets ─▶ entry ─▶ entry …      is it there?
 *   by destination buckets ─▶ entry ─▶ entry …      what leads to this address?
 *   by age         oldest ─▶ … ─▶ youngest          which goes when there is no room?
 * </pre>
 *
 * <p>An entry is a number; its fields stand side by side, so that an entry that was not touched for
 * long costs one or two lines of the processor's cache and not ten; outside of the heap, so that no
 * collector looks at them. A number is given again after its entry was removed.
 *
 * <p><b>Threading:</b> confined to the thread that writes to the sets.
 *
 * <p><b>Units:</b> times are nanoseconds of a monotonic clock, compared by subtraction.
 *
 * <p><b>Bounds:</b> {@code maximum} entries of 64 bytes outside of the heap, {@value #CHUNK} at a
 * time, and 8 to 16 in it; neither is given back. The hash is keyed at random: nobody who can
 * choose addresses can choose collisions.
 */
@HotPath
final class EntryMirror {
  static final int NONE = -1;

  private static final int CHUNK_BITS = 12;

  /** Growth copies no entry: there is one more chunk. */
  static final int CHUNK = 1 << CHUNK_BITS;

  private static final int CHUNK_MASK = CHUNK - 1;

  /** A record of {@code 1 << SHIFT} longs for each entry, and what stands at which of them. */
  private static final int SHIFT = 3;

  private static final int DST_HI = 0;
  private static final int DST_LO = 1;
  private static final int SRC_HI = 2;
  private static final int SRC_LO = 3;
  private static final int PLACE = 4;
  private static final int EXPIRY_NS = 5;

  /** The next entry of the same key's bucket, the upper half, and of the same destination's. */
  private static final int NEXT = 6;

  /** The next older entry, the upper half, and the next younger one. */
  private static final int AGE = 7;

  private final int maximum;
  private final long hashKey = new SplittableRandom().nextLong();

  private LongBuffer[] records = {};
  private int[] keyBuckets;
  private int[] destinationBuckets;

  private int size;
  private int used;
  private int swept;
  private int free = NONE;
  private int oldest = NONE;
  private int youngest = NONE;

  EntryMirror(int maximum) {
    this.maximum = maximum;
    keyBuckets = buckets(1);
    destinationBuckets = buckets(1);
  }

  private static int[] buckets(int capacity) {
    int[] buckets = new int[Integer.highestOneBit(Math.max(1, capacity - 1)) << 1];
    Arrays.fill(buckets, NONE);
    return buckets;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == maximum;
  }

  private long get(int entry, int field) {
    return records[entry >>> CHUNK_BITS].get(((entry & CHUNK_MASK) << SHIFT) + field);
  }

  private void set(int entry, int field, long value) {
    records[entry >>> CHUNK_BITS].put(((entry & CHUNK_MASK) << SHIFT) + field, value);
  }

  private int upper(int entry, int field) {
    return (int) (get(entry, field) >>> 32);
  }

  private int lower(int entry, int field) {
    return (int) get(entry, field);
  }

  private void setUpper(int entry, int field, int value) {
    set(entry, field, (long) value << 32 | (get(entry, field) & 0xffff_ffffL));
  }

  private void setLower(int entry, int field, int value) {
    set(entry, field, (get(entry, field) & ~0xffff_ffffL) | (value & 0xffff_ffffL));
  }

  /** The entry with the same key as the one at this index of these keys, or {@link #NONE}. */
  int find(EntryKeys of, int at) {
    int entry = keyBuckets[keyBucket(of, at)];
    while (entry != NONE && !isSame(entry, of, at)) {
      entry = upper(entry, NEXT);
    }
    return entry;
  }

  /** The first entry of the bucket of this key, but with this destination; or {@link #NONE}. */
  int firstLike(EntryKeys of, int at, long dstHi, long dstLo) {
    return keyBuckets[keyBucket(dstHi, dstLo, of.srcHi[at], of.srcLo[at], of.place[at])];
  }

  /** Reads all of an entry, which may be {@link #NONE}; the number is of no meaning. */
  long read(int entry) {
    return entry == NONE ? 0 : get(entry, DST_HI) + get(entry, AGE);
  }

  private boolean isSame(int entry, EntryKeys of, int at) {
    return get(entry, DST_LO) == of.dstLo[at]
        && get(entry, DST_HI) == of.dstHi[at]
        && get(entry, SRC_LO) == of.srcLo[at]
        && get(entry, SRC_HI) == of.srcHi[at]
        && get(entry, PLACE) == of.place[at];
  }

  /** The first entry that leads to this address, or {@link #NONE}. */
  int firstTo(long hi, long lo) {
    return matching(destinationBuckets[destinationBucket(hi, lo)], hi, lo);
  }

  /** The entry after this one that leads to the same address, or {@link #NONE}. */
  int nextTo(int entry) {
    return matching(lower(entry, NEXT), get(entry, DST_HI), get(entry, DST_LO));
  }

  private int matching(int from, long hi, long lo) {
    int entry = from;
    while (entry != NONE && (get(entry, DST_LO) != lo || get(entry, DST_HI) != hi)) {
      entry = lower(entry, NEXT);
    }
    return entry;
  }

  /** The entry that was added or renewed before all others, or {@link #NONE}. */
  int oldest() {
    return oldest;
  }

  /** Copies the entry's key to this index. */
  void copyKey(int entry, EntryKeys to, int at) {
    to.dstHi[at] = get(entry, DST_HI);
    to.dstLo[at] = get(entry, DST_LO);
    to.srcHi[at] = get(entry, SRC_HI);
    to.srcLo[at] = get(entry, SRC_LO);
    to.place[at] = get(entry, PLACE);
  }

  long expiryNs(int entry) {
    return get(entry, EXPIRY_NS);
  }

  /** The entry is the youngest and lasts until then. */
  void renew(int entry, long untilNs) {
    set(entry, EXPIRY_NS, untilNs);
    unlinkAge(entry);
    linkYoungest(entry);
  }

  /** Adds an entry that is not there, with this key; there has to be room. */
  int add(EntryKeys of, int at, long untilNs) {
    if (isFull()) {
      throw new IllegalStateException("no room for more than " + maximum + " entries");
    }
    int entry = free;
    if (entry != NONE) {
      free = upper(entry, NEXT);
    } else {
      if (used == records.length << CHUNK_BITS) {
        grow();
      }
      entry = used++;
    }
    size++;
    set(entry, DST_HI, of.dstHi[at]);
    set(entry, DST_LO, of.dstLo[at]);
    set(entry, SRC_HI, of.srcHi[at]);
    set(entry, SRC_LO, of.srcLo[at]);
    set(entry, PLACE, of.place[at]);
    set(entry, EXPIRY_NS, untilNs);
    linkHashes(entry, keyBucket(of, at));
    linkYoungest(entry);
    return entry;
  }

  private void linkHashes(int entry, int keyBucket) {
    int bucket = destinationBucket(get(entry, DST_HI), get(entry, DST_LO));
    setUpper(entry, NEXT, keyBuckets[keyBucket]);
    setLower(entry, NEXT, destinationBuckets[bucket]);
    keyBuckets[keyBucket] = entry;
    destinationBuckets[bucket] = entry;
  }

  /** Removes an entry; its number may be given again. */
  void remove(int entry) {
    unlinkKey(entry);
    unlinkDestination(entry);
    unlinkAge(entry);
    set(entry, PLACE, EntryKeys.NO_PLACE);
    setUpper(entry, NEXT, free);
    free = entry;
    size--;
  }

  private void unlinkKey(int entry) {
    int bucket = keyBucket(entry);
    int next = upper(entry, NEXT);
    if (keyBuckets[bucket] == entry) {
      keyBuckets[bucket] = next;
      return;
    }
    int before = keyBuckets[bucket];
    while (upper(before, NEXT) != entry) {
      before = upper(before, NEXT);
    }
    setUpper(before, NEXT, next);
  }

  private void unlinkDestination(int entry) {
    int bucket = destinationBucket(get(entry, DST_HI), get(entry, DST_LO));
    int next = lower(entry, NEXT);
    if (destinationBuckets[bucket] == entry) {
      destinationBuckets[bucket] = next;
      return;
    }
    int before = destinationBuckets[bucket];
    while (lower(before, NEXT) != entry) {
      before = lower(before, NEXT);
    }
    setLower(before, NEXT, next);
  }

  private void linkYoungest(int entry) {
    set(entry, AGE, (long) youngest << 32 | (NONE & 0xffff_ffffL));
    if (youngest == NONE) {
      oldest = entry;
    } else {
      setLower(youngest, AGE, entry);
    }
    youngest = entry;
  }

  private void unlinkAge(int entry) {
    int before = upper(entry, AGE);
    int after = lower(entry, AGE);
    if (before == NONE) {
      oldest = after;
    } else {
      setLower(before, AGE, after);
    }
    if (after == NONE) {
      youngest = before;
    } else {
      setUpper(after, AGE, before);
    }
  }

  /** Removes those that are over among the next few, going round. */
  void sweep(long nowNs, int few) {
    for (int i = Math.min(few, used); i > 0; i--) {
      swept = swept + 1 < used ? swept + 1 : 0;
      if (get(swept, PLACE) != EntryKeys.NO_PLACE && expiryNs(swept) - nowNs <= 0) {
        remove(swept);
      }
    }
  }

  /** Forgets all entries. */
  void clear() {
    Arrays.fill(keyBuckets, NONE);
    Arrays.fill(destinationBuckets, NONE);
    size = 0;
    used = 0;
    swept = 0;
    free = NONE;
    oldest = NONE;
    youngest = NONE;
  }

  private void grow() {
    records = Arrays.copyOf(records, records.length + 1);
    records[records.length - 1] =
        ByteBuffer.allocateDirect(CHUNK << SHIFT << 3)
            .order(ByteOrder.nativeOrder())
            .asLongBuffer();
    int capacity = Math.min(maximum, records.length << CHUNK_BITS);
    if (capacity <= keyBuckets.length) {
      return;
    }
    keyBuckets = buckets(capacity);
    destinationBuckets = buckets(capacity);
    for (int entry = 0; entry < used; entry++) { // none is free when it grows
      linkHashes(entry, keyBucket(entry));
    }
  }

  private int keyBucket(int entry) {
    return keyBucket(
        get(entry, DST_HI),
        get(entry, DST_LO),
        get(entry, SRC_HI),
        get(entry, SRC_LO),
        get(entry, PLACE));
  }

  private int keyBucket(EntryKeys of, int at) {
    return keyBucket(of.dstHi[at], of.dstLo[at], of.srcHi[at], of.srcLo[at], of.place[at]);
  }

  private int keyBucket(long dstHi, long dstLo, long srcHi, long srcLo, long place) {
    long h = mixed(dstLo ^ hashKey, dstHi);
    h = mixed(h ^ srcLo, srcHi);
    return (int) mixed(h, place) & (keyBuckets.length - 1);
  }

  private int destinationBucket(long hi, long lo) {
    return (int) mixed(lo ^ hashKey, hi) & (destinationBuckets.length - 1);
  }

  /** Two rounds of multiply and fold (the finaliser of SplitMix64). */
  private static long mixed(long one, long other) {
    long h = one * 0xbf58476d1ce4e5b9L;
    h = ((h ^ (h >>> 29)) + other) * 0x94d049bb133111ebL;
    return h ^ (h >>> 32);
  }
}
