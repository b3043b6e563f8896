// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.HotPath;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The rows of the published table whose hashes begin alike: a hash table of primitive arrays.
 *
 * <pre>
 *   slots    char[]   [ 0 | slot | gone | slot | 0 | … ]       slot = tag 4 | row 12
 *                            │
 *   rows     long[]   [ lo, end, (hi, (scope)) | lo, end, … ]
 *   sets     int[]    [ set | set | several | … ]              several = apart 1 | sets
 *                                                                        │        │
 *   ends     long[]   [ … end, end … ] ◄─── from the row's end on, if apart       │
 *   palette  int[][]  [ sets | sets | … ] ◄───────────────────────────────────────┘
 * </pre>
 *
 * <p>The third and the fourth column of {@code rows} are there if a row of the segment needs them,
 * an IPv6 address or a scope. Nearly every address is in one domain set, whose id stands beside its
 * row; several sets are an array in the palette, which rows share.
 *
 * <p>A row is written whole before the release write of the slot that shows it. From then on its
 * address and its sets stay; its ends alone change, each by one write. Other sets make another row,
 * and one release write turns the slot from the old row to the new one. No row is used again in the
 * life of these arrays: a segment that is full of rows, live or gone, is replaced by a new one. So
 * whatever a reader has got hold of belongs to the address that it asked for, for good.
 *
 * <p><b>Threading:</b> the cache's writer writes, any thread reads what is marked so.
 *
 * <p><b>Bounds:</b> {@value #MAX_ROWS} rows; two thirds of the slots are used at most.
 */
final class TableSegment {
  static final int MAX_ROWS = 4_095;

  /** A segment that would have more live rows than that becomes two. */
  static final int MAX_LIVE = 3_072;

  private static final int MIN_ROWS = 16;
  private static final int ROW_BITS = 12;
  private static final int ROW_MASK = (1 << ROW_BITS) - 1;
  private static final int TAG_BITS = Character.SIZE - ROW_BITS;

  /** In place of a slot whose address was removed: no row, but a probe goes on. */
  private static final char GONE = 1 << ROW_BITS;

  /** In place of the id of a row's one set: there are several. */
  private static final int SEVERAL = 1 << 31;

  /** Of several sets: each has an end of its own. */
  private static final int APART = 1 << 30;

  private static final int PALETTE_MASK = APART - 1;

  /** How many arrays of sets are searched for one that can be shared. */
  private static final int SHARING = 64;

  private static final int[][] NO_PALETTE = {};
  private static final long[] NO_ENDS = {};
  private static final VarHandle CHARS = MethodHandles.arrayElementVarHandle(char[].class);
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle LOWERED;
  private static final VarHandle FILLED;

  static {
    try {
      LOWERED = MethodHandles.lookup().findVarHandle(TableSegment.class, "lowered", int.class);
      FILLED = MethodHandles.lookup().findVarHandle(TableSegment.class, "filled", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Which of several tables that share segments may write to this one: {@link AddressTable}. */
  final int generation;

  /** How many leading bits of a hash all rows share. */
  final int depth;

  private final int stride;
  private final char[] slots;
  private final long[] rows;

  /** For each row the id of its one set, or where its several are. */
  private final int[] sets;

  // These two are replaced by longer copies before the release write of a slot whose row needs
  // them.
  private volatile int[][] palette = NO_PALETTE;
  private volatile long[] ends = NO_ENDS;

  // Writer only.
  private int paletteSize;
  private int endsSize;
  private int live;

  /** Rows that were ever filled; any thread reads it. */
  private volatile int filled;

  /** How often an end was put forward; any thread reads it. */
  private volatile int lowered;

  // What the last search for ends has found, guarded by the lock of AddressTable.endingBefore.
  private int seenFilled;
  private int seenLowered;
  private long soonestNs;

  TableSegment(int generation, int depth, int expectedRows, int stride) {
    this.generation = generation;
    this.depth = depth;
    this.stride = stride;
    int capacity = Math.min(MAX_ROWS, Math.max(MIN_ROWS, expectedRows));
    slots = new char[capacity + capacity / 2];
    rows = new long[capacity * stride];
    sets = new int[capacity];
  }

  /** The columns that a row of this address and scope needs. */
  static int strideOf(int scope, long hi) {
    return scope != 0 ? 4 : hi != 0 ? 3 : 2;
  }

  int stride() {
    return stride;
  }

  int capacity() {
    return sets.length;
  }

  /** Writer only. */
  int live() {
    return live;
  }

  boolean isFull() {
    return filled == capacity();
  }

  boolean isSparse() {
    return filled > MIN_ROWS && live < filled / 4;
  }

  // ---- any thread

  /** Turns the view to the address; false, and it is left, if the address is not here. */
  @HotPath
  boolean find(long hash, int scope, long hi, long lo, Memberships into) {
    int at = indexOf(hash, scope, hi, lo);
    if (at < 0) {
      return false;
    }
    // The slot may have turned to another row of the same address, or away, since it was matched;
    // either was so during the call.
    int slot = (char) CHARS.getAcquire(slots, at);
    return isRow(slot, scope, hi, lo) && view((slot & ROW_MASK) - 1, into);
  }

  private boolean view(int row, Memberships into) {
    int which = sets[row];
    long end = end(row);
    if (which >= 0) {
      into.of(which, end);
    } else if ((which & APART) == 0) {
      into.of(severalOf(which), end);
    } else {
      into.of(severalOf(which), ends, (int) end);
    }
    return true;
  }

  private int[] severalOf(int which) {
    return palette[which & PALETTE_MASK];
  }

  private long end(int row) {
    return (long) LONGS.getOpaque(rows, row * stride + 1);
  }

  /** {@link AddressTable#readSlot}. */
  int readSlot(long hash) {
    return slots[start(hash)];
  }

  /** The slot of the address, or a negative number. */
  private int indexOf(long hash, int scope, long hi, long lo) {
    char[] all = slots;
    int tag = tag(hash);
    int at = start(hash);
    for (int probes = 0; probes < all.length; probes++) {
      int slot = (char) CHARS.getAcquire(all, at);
      if (slot == 0) {
        return -1;
      }
      if (slot >>> ROW_BITS == tag && isRow(slot, scope, hi, lo)) {
        return at;
      }
      at = at + 1 == all.length ? 0 : at + 1;
    }
    return -1;
  }

  private boolean isRow(int slot, int scope, long hi, long lo) {
    int row = (slot & ROW_MASK) - 1;
    if (row < 0) {
      return false;
    }
    int at = row * stride;
    return rows[at] == lo
        && (stride > 2 ? rows[at + 2] : 0) == hi
        && (stride > 3 ? rows[at + 3] : 0) == scope;
  }

  private static int tag(long hash) {
    return (int) hash & ((1 << TAG_BITS) - 1);
  }

  /** From bits of the hash that neither the tag nor the directory takes. */
  private int start(long hash) {
    return (int) ((((hash >>> TAG_BITS) & 0xff_ffff) * slots.length) >>> 24);
  }

  // ---- writer

  /** Whether the address has these sets here, and could be given these ends in place. */
  boolean renew(long hash, int scope, long hi, long lo, MembershipsBuilder content) {
    int at = indexOf(hash, scope, hi, lo);
    if (at < 0) {
      return false;
    }
    int row = (slots[at] & ROW_MASK) - 1;
    int which = sets[row];
    if (which >= 0 ? !content.isOnly(which) : !content.hasSets(severalOf(which))) {
      return false;
    }
    if (which >= 0 || (which & APART) == 0) {
      if (content.endsApart()) {
        return false;
      }
      set(rows, row * stride + 1, content.expiryNs(0));
      return true;
    }
    int from = (int) rows[row * stride + 1];
    for (int i = 0; i < content.size(); i++) {
      set(ends, from + i, content.expiryNs(i));
    }
    return true;
  }

  private void set(long[] times, int at, long endNs) {
    long before = times[at];
    if (before != endNs) {
      LONGS.setRelease(times, at, endNs);
      if (endNs - before < 0) {
        LOWERED.setRelease(this, lowered + 1);
      }
    }
  }

  /** Gives the address these sets and ends, by a row that is free. Returns whether it is new. */
  boolean put(long hash, int scope, long hi, long lo, MembershipsBuilder content) {
    int row = fillRow(scope, hi, lo);
    sets[row] = setsOf(content);
    if (content.endsApart()) {
      sets[row] |= APART;
      int from = reserveEnds(content.size());
      for (int i = 0; i < content.size(); i++) {
        ends[from + i] = content.expiryNs(i);
      }
      rows[row * stride + 1] = from;
    } else {
      rows[row * stride + 1] = content.expiryNs(0);
    }
    int there = indexOf(hash, scope, hi, lo);
    CHARS.setRelease(slots, there >= 0 ? there : freeSlot(hash), slot(hash, row));
    live += there >= 0 ? 0 : 1;
    FILLED.setRelease(this, row + 1);
    return there < 0;
  }

  private static char slot(long hash, int row) {
    return (char) ((tag(hash) << ROW_BITS) | (row + 1));
  }

  boolean has(long hash, int scope, long hi, long lo) {
    return indexOf(hash, scope, hi, lo) >= 0;
  }

  /** Takes the address out, which is here. */
  void remove(long hash, int scope, long hi, long lo) {
    CHARS.setRelease(slots, indexOf(hash, scope, hi, lo), GONE);
    live--;
  }

  private int fillRow(int scope, long hi, long lo) {
    int row = filled;
    int at = row * stride;
    rows[at] = lo;
    if (stride > 2) {
      rows[at + 2] = hi;
    }
    if (stride > 3) {
      rows[at + 3] = scope;
    }
    return row;
  }

  /** The first slot that no live row has. */
  private int freeSlot(long hash) {
    int at = start(hash);
    while ((slots[at] & ROW_MASK) != 0) {
      at = at + 1 == slots.length ? 0 : at + 1;
    }
    return at;
  }

  private int reserveEnds(int count) {
    int from = endsSize;
    endsSize += count;
    if (endsSize > ends.length) {
      ends = Arrays.copyOf(ends, endsSize + endsSize / 4);
    }
    return from;
  }

  /** What says which sets these are. */
  private int setsOf(MembershipsBuilder content) {
    return content.size() == 1 ? content.set(0) : SEVERAL | paletteIndex(content);
  }

  private int paletteIndex(MembershipsBuilder content) {
    for (int i = paletteSize - 1; i >= 0 && i >= paletteSize - SHARING; i--) {
      if (content.hasSets(palette[i])) {
        return i;
      }
    }
    return addSets(content.sets());
  }

  private int addSets(int[] several) {
    if (paletteSize == palette.length) {
      palette = Arrays.copyOf(palette, paletteSize + Math.max(1, paletteSize / 4));
    }
    palette[paletteSize] = several;
    return paletteSize++;
  }

  /** How many live rows have this bit in their hash. */
  int countWith(long bit, AddressTable table) {
    int count = 0;
    for (char slot : slots) {
      int row = (slot & ROW_MASK) - 1;
      if (row >= 0 && (hashOf(row, table) & bit) != 0) {
        count++;
      }
    }
    return count;
  }

  private long hashOf(int row, AddressTable table) {
    return table.hash(scopeOf(row), hiOf(row), rows[row * stride]);
  }

  private int scopeOf(int row) {
    return stride > 3 ? (int) rows[row * stride + 3] : 0;
  }

  private long hiOf(int row) {
    return stride > 2 ? rows[row * stride + 2] : 0;
  }

  /** Says which segment a row goes to that moves. */
  @FunctionalInterface
  interface Destination {
    TableSegment of(long hash);
  }

  /** Copies the live rows to segments that no reader knows yet. */
  void copyTo(AddressTable table, Destination destination) {
    for (char slot : slots) {
      int row = (slot & ROW_MASK) - 1;
      if (row >= 0) {
        long hash = hashOf(row, table);
        destination.of(hash).adopt(this, row, hash);
      }
    }
  }

  private void adopt(TableSegment from, int old, long hash) {
    int row = fillRow(from.scopeOf(old), from.hiOf(old), from.rows[old * from.stride]);
    int which = from.sets[old];
    long end = from.rows[old * from.stride + 1];
    if (which < 0) {
      int[] several = from.severalOf(which);
      if ((which & APART) != 0) {
        int to = reserveEnds(several.length);
        System.arraycopy(from.ends, (int) end, ends, to, several.length);
        end = to;
      }
      which = SEVERAL | (which & APART) | paletteIndex(several);
    }
    sets[row] = which;
    rows[row * stride + 1] = end;
    slots[freeSlot(hash)] = slot(hash, row);
    live++;
    FILLED.setRelease(this, row + 1);
  }

  private int paletteIndex(int[] several) {
    for (int i = paletteSize - 1; i >= 0 && i >= paletteSize - SHARING; i--) {
      if (palette[i] == several) {
        return i;
      }
    }
    return addSets(several);
  }

  // ---- the search for ends, any thread, under the lock of AddressTable.endingBefore

  /** Whether some set may end by then. */
  boolean mayEnd(long untilNs) {
    if (seenFilled == filled && seenLowered == lowered && seenFilled > 0) {
      return soonestNs - untilNs <= 0;
    }
    return filled > 0;
  }

  /** Visits the addresses of which a set ends after now and not after then. */
  void visitEnding(long nowNs, long untilNs, Memberships scratch, AddressTable.Visitor visitor) {
    int filledBefore = filled;
    int loweredBefore = lowered;
    long soonest = nowNs + Long.MAX_VALUE / 4;
    for (int i = 0; i < slots.length; i++) {
      int slot = (char) CHARS.getAcquire(slots, i);
      int row = (slot & ROW_MASK) - 1;
      if (row < 0) {
        continue;
      }
      view(row, scratch);
      boolean isEnding = false;
      for (int set = 0; set < scratch.size(); set++) {
        long end = scratch.expiryNs(set);
        if (end - nowNs > 0) {
          soonest = end - soonest < 0 ? end : soonest;
          isEnding |= end - untilNs <= 0;
        }
      }
      if (isEnding) {
        visitor.visit(hiOf(row), rows[row * stride]);
      }
    }
    seenFilled = filledBefore;
    seenLowered = loweredBefore;
    soonestNs = soonest;
  }
}
