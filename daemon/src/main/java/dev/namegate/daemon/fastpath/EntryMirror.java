// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.packet.HotPath;
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
 * <p>An entry is a number; its fields stand in arrays at that index. A number is given again after
 * its entry was removed.
 *
 * <p><b>Threading:</b> confined to the thread that writes to the sets.
 *
 * <p><b>Units:</b> times are nanoseconds of a monotonic clock, compared by subtraction.
 *
 * <p><b>Bounds:</b> {@code maximum} entries of about 100 bytes; the arrays grow to that by doubling
 * and stay. The hash is keyed at random: nobody who can choose addresses can choose collisions.
 */
@HotPath
final class EntryMirror {
  static final int NONE = -1;

  private static final int FIRST_CAPACITY = 1 << 10;

  private final int maximum;
  private final long hashKey = new SplittableRandom().nextLong();

  private EntryKeys keys;
  private long[] expiryNs;
  private int[] nextOfKey;
  private int[] nextOfDestination;
  private int[] older;
  private int[] younger;
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
    int capacity = Math.min(maximum, FIRST_CAPACITY);
    keys = new EntryKeys(capacity);
    expiryNs = new long[capacity];
    nextOfKey = new int[capacity];
    nextOfDestination = new int[capacity];
    older = new int[capacity];
    younger = new int[capacity];
    keyBuckets = buckets(capacity);
    destinationBuckets = buckets(capacity);
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

  /** The entry with the same key as the one at this index of these keys, or {@link #NONE}. */
  int find(EntryKeys of, int at) {
    int entry = keyBuckets[keyBucket(of, at)];
    while (entry != NONE && !keys.isSame(entry, of, at)) {
      entry = nextOfKey[entry];
    }
    return entry;
  }

  /** The first entry that leads to this address, or {@link #NONE}. */
  int firstTo(long hi, long lo) {
    return matching(destinationBuckets[destinationBucket(hi, lo)], hi, lo);
  }

  /** The entry after this one that leads to the same address, or {@link #NONE}. */
  int nextTo(int entry) {
    return matching(nextOfDestination[entry], keys.dstHi[entry], keys.dstLo[entry]);
  }

  private int matching(int from, long hi, long lo) {
    int entry = from;
    while (entry != NONE && (keys.dstLo[entry] != lo || keys.dstHi[entry] != hi)) {
      entry = nextOfDestination[entry];
    }
    return entry;
  }

  /** The entry that was added or renewed before all others, or {@link #NONE}. */
  int oldest() {
    return oldest;
  }

  /** The keys of all entries, each at its number. */
  EntryKeys keys() {
    return keys;
  }

  long expiryNs(int entry) {
    return expiryNs[entry];
  }

  /** The entry is the youngest and lasts until then. */
  void renew(int entry, long untilNs) {
    expiryNs[entry] = untilNs;
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
      free = nextOfKey[entry];
    } else {
      if (used == expiryNs.length) {
        grow();
      }
      entry = used++;
    }
    size++;
    keys.copy(of, at, entry);
    expiryNs[entry] = untilNs;
    linkHashes(entry);
    linkYoungest(entry);
    return entry;
  }

  private void linkHashes(int entry) {
    int bucket = keyBucket(keys, entry);
    nextOfKey[entry] = keyBuckets[bucket];
    keyBuckets[bucket] = entry;
    bucket = destinationBucket(keys.dstHi[entry], keys.dstLo[entry]);
    nextOfDestination[entry] = destinationBuckets[bucket];
    destinationBuckets[bucket] = entry;
  }

  /** Removes an entry; its number may be given again. */
  void remove(int entry) {
    unlink(keyBuckets, keyBucket(keys, entry), nextOfKey, entry);
    unlink(
        destinationBuckets,
        destinationBucket(keys.dstHi[entry], keys.dstLo[entry]),
        nextOfDestination,
        entry);
    unlinkAge(entry);
    keys.place[entry] = EntryKeys.NO_PLACE;
    nextOfKey[entry] = free;
    free = entry;
    size--;
  }

  private static void unlink(int[] buckets, int bucket, int[] next, int entry) {
    if (buckets[bucket] == entry) {
      buckets[bucket] = next[entry];
      return;
    }
    int before = buckets[bucket];
    while (next[before] != entry) {
      before = next[before];
    }
    next[before] = next[entry];
  }

  private void linkYoungest(int entry) {
    older[entry] = youngest;
    younger[entry] = NONE;
    if (youngest == NONE) {
      oldest = entry;
    } else {
      younger[youngest] = entry;
    }
    youngest = entry;
  }

  private void unlinkAge(int entry) {
    int before = older[entry];
    int after = younger[entry];
    if (before == NONE) {
      oldest = after;
    } else {
      younger[before] = after;
    }
    if (after == NONE) {
      youngest = before;
    } else {
      older[after] = before;
    }
  }

  /** Removes those that are over among the next few, going round. */
  void sweep(long nowNs, int few) {
    for (int i = Math.min(few, used); i > 0; i--) {
      swept = swept + 1 < used ? swept + 1 : 0;
      if (keys.place[swept] != EntryKeys.NO_PLACE && expiryNs[swept] - nowNs <= 0) {
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
    int capacity = (int) Math.min(maximum, 2L * expiryNs.length);
    keys = keys.resized(capacity);
    expiryNs = Arrays.copyOf(expiryNs, capacity);
    nextOfKey = Arrays.copyOf(nextOfKey, capacity);
    nextOfDestination = Arrays.copyOf(nextOfDestination, capacity);
    older = Arrays.copyOf(older, capacity);
    younger = Arrays.copyOf(younger, capacity);
    keyBuckets = buckets(capacity);
    destinationBuckets = buckets(capacity);
    for (int entry = 0; entry < used; entry++) { // none is free when it grows
      linkHashes(entry);
    }
  }

  private int keyBucket(EntryKeys of, int at) {
    long h = mixed(of.dstLo[at] ^ hashKey, of.dstHi[at]);
    h = mixed(h ^ of.srcLo[at], of.srcHi[at]);
    return (int) mixed(h, of.place[at]) & (keyBuckets.length - 1);
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
