// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The published side of the cache: scope and address → the domain sets that contain it, for one
 * policy.
 *
 * <pre>
 *   slots ──► [ null | entry | gone | entry | null | … ]     entry: immutable Memberships
 *    (one volatile write replaces the array; one release write replaces a slot)
 * </pre>
 *
 * <p><b>Assumptions</b>
 *
 * <ol>
 *   <li>One thread at a time writes, the cache's writer; hand-over between threads is ordered.
 *   <li>An address that stays learnt is replaced in its slot, never removed and put again.
 * </ol>
 *
 * <p><b>Guarantees</b>
 *
 * <ol>
 *   <li>{@link #lookup} returns an entry of exactly the address asked for, completely constructed:
 *       a slot changes by a release write and is read with acquire, an entry has final fields only
 *       and carries its own address, which is compared.
 *   <li>An address that is in the table throughout a lookup is found: within one array an entry
 *       never moves, a slot that a probe had to pass becomes "gone" and not null while anything
 *       stands behind it, and a new array is complete before the one volatile write that publishes
 *       it. The old array is not written to afterwards, so a lookup that began in it answers as of
 *       a moment during the call.
 *   <li>After {@link DnsCache#learn} has returned, any lookup that starts later finds what it
 *       taught.
 * </ol>
 *
 * <p><b>Progress:</b> lookup is wait-free: at most one pass over the array, in practice one or two
 * slots; no retry, no lock, no allocation. The writer never waits for a reader.
 *
 * <p><b>Bounds:</b> as many entries as the cache has addresses with a domain set. Entries and
 * "gone" slots together fill at most half of the array. When they fill more, or entries less than a
 * sixteenth, a new array is made for the entries, so that "gone" slots never pile up: O(capacity)
 * once per so many changes. The hash is keyed at random per array: nobody who can choose addresses
 * can choose collisions.
 */
public final class AddressTable {
  private static final int MIN_CAPACITY = 64;

  /** Stands in a slot whose entry was removed, so that a probe goes on behind it. */
  private static final Memberships GONE =
      new Memberships(-1, -1, -1, new int[] {0}, new long[] {0});

  private final NameMatcher matcher;

  /** Written by the writer, when it grows or cleans the array. */
  private volatile Slots slots;

  /** Writer only: live entries, and live entries plus gone slots. */
  private int live;

  private int used;

  /** One array with the key of its hash. */
  private static final class Slots {
    final AtomicReferenceArray<@Nullable Memberships> entries;
    final int mask;
    final long key;

    Slots(int capacity) {
      entries = new AtomicReferenceArray<>(capacity);
      mask = capacity - 1;
      key = new SplittableRandom().nextLong();
    }

    int start(int scope, long hi, long lo) {
      // Two rounds of multiply and fold (the finaliser of SplitMix64), keyed before each.
      long h = (lo ^ key) * 0xbf58476d1ce4e5b9L + scope;
      h = ((h ^ (h >>> 29)) + hi ^ Long.rotateLeft(key, 32)) * 0x94d049bb133111ebL;
      return (int) (h ^ (h >>> 32)) & mask;
    }
  }

  AddressTable(NameMatcher matcher, int expectedEntries) {
    this.matcher = matcher;
    this.slots = new Slots(capacityFor(expectedEntries));
  }

  /** The matcher, and with it the policy, whose domain set ids stand in this table. */
  public NameMatcher matcher() {
    return matcher;
  }

  /** The domain sets of this address for {@link DnsCache#ANYONE}, or null if there is none. */
  @HotPath
  public @Nullable Memberships lookup(long hi, long lo) {
    return lookup(DnsCache.ANYONE, hi, lo);
  }

  /** The domain sets of this address for this scope, or null if no set contains it. */
  @HotPath
  public @Nullable Memberships lookup(int scope, long hi, long lo) {
    Slots current = slots;
    AtomicReferenceArray<@Nullable Memberships> entries = current.entries;
    int mask = current.mask;
    int at = current.start(scope, hi, lo);
    for (int probes = 0; probes <= mask; probes++) {
      Memberships entry = entries.getAcquire(at);
      if (entry == null) {
        return null;
      }
      // GONE is compared by identity last: its address is one that a packet can carry.
      if (entry.isOf(scope, hi, lo) && entry != GONE) {
        return entry;
      }
      at = (at + 1) & mask;
    }
    return null;
  }

  /**
   * The addresses that some domain set contains now and not any more at that time; at most so many,
   * in no order. Any thread; one pass over the array.
   */
  public List<IpAddress> endingBefore(long untilNs, long nowNs, int max) {
    AtomicReferenceArray<@Nullable Memberships> entries = slots.entries;
    List<IpAddress> ending = new ArrayList<>();
    for (int i = 0; i < entries.length() && ending.size() < max; i++) {
      Memberships entry = entries.getAcquire(i);
      if (entry != null && entry != GONE && entry.endsWithin(nowNs, untilNs)) {
        ending.add(new IpAddress(entry.hi, entry.lo));
      }
    }
    return ending;
  }

  /** Puts the entry, in place of the one of the same address if there is one. Writer only. */
  void put(Memberships entry) {
    Slots current = slots;
    int at = current.start(entry.scope, entry.hi, entry.lo);
    int free = -1;
    while (true) {
      Memberships there = current.entries.getPlain(at);
      if (there == null) {
        break;
      }
      if (there == GONE) {
        free = free < 0 ? at : free;
      } else if (there.isOf(entry.scope, entry.hi, entry.lo)) {
        current.entries.setRelease(at, entry);
        return;
      }
      at = (at + 1) & current.mask;
    }
    live++;
    if (free >= 0) {
      current.entries.setRelease(free, entry);
      return;
    }
    used++;
    current.entries.setRelease(at, entry);
    if (used > (current.mask + 1) / 2) {
      rebuild(current);
    }
  }

  /** Removes the entry of this address, if there is one. Writer only. */
  void remove(int scope, long hi, long lo) {
    Slots current = slots;
    int at = current.start(scope, hi, lo);
    while (true) {
      Memberships there = current.entries.getPlain(at);
      if (there == null) {
        return;
      }
      if (there != GONE && there.isOf(scope, hi, lo)) {
        break;
      }
      at = (at + 1) & current.mask;
    }
    live--;
    current.entries.setRelease(at, GONE);
    clearTail(current, at);
    if (16L * live < current.mask && current.mask >= MIN_CAPACITY) {
      rebuild(current);
    }
  }

  /**
   * Turns gone slots at the end of a run into null: nothing stands behind them, so no probe needs
   * to pass them. A probe that meets the null stops where it would have stopped a step later.
   */
  private void clearTail(Slots current, int from) {
    int at = from;
    if (current.entries.getPlain((at + 1) & current.mask) != null) {
      return;
    }
    while (current.entries.getPlain(at) == GONE) {
      current.entries.setRelease(at, null);
      used--;
      at = (at - 1) & current.mask;
    }
  }

  private void rebuild(Slots old) {
    Slots fresh = new Slots(capacityFor(live));
    for (int i = 0; i <= old.mask; i++) {
      Memberships entry = old.entries.getPlain(i);
      if (entry != null && entry != GONE) {
        int at = fresh.start(entry.scope, entry.hi, entry.lo);
        while (fresh.entries.getPlain(at) != null) {
          at = (at + 1) & fresh.mask;
        }
        fresh.entries.setPlain(at, entry);
      }
    }
    used = live;
    slots = fresh; // publishes the plain writes above
  }

  /** The power of two that this many entries fill to a quarter at most. */
  private static int capacityFor(int entries) {
    int capacity = MIN_CAPACITY;
    while (capacity < 4L * entries && capacity < 1 << 30) {
      capacity <<= 1;
    }
    return capacity;
  }

  /** Writer only. */
  int size() {
    return live;
  }

  /** Writer only. */
  int capacity() {
    return slots.mask + 1;
  }
}
