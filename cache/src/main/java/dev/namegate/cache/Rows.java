// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One row of fields for each handle, 0 at first, in chunks outside of the heap: no collector looks
 * at them or moves them, and growth copies none. What is small stands in the heap.
 *
 * <p>What is used together stands together. A table of a million rows fits no processor's cache,
 * and a field of its own place each would be a miss each.
 *
 * <p>Fields outside are read and written by {@link Memory}, where nothing is checked, and yet
 * nothing but rows is ever met: for a chunk that is not there the array throws, within a chunk a
 * row's number is cut to those that it has, and a field ends where its row ends. The last is
 * asserted, as is that there is room for the row.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Units:</b> fields are named by the octet where they start in a row, a multiple of {@link
 * Integer#BYTES}.
 *
 * <p><b>Bounds:</b> {@value #CHUNK} rows a chunk; never gives one back but by {@link #reset}.
 */
final class Rows {
  static final int CHUNK_BITS = 13;
  static final int CHUNK = 1 << CHUNK_BITS;
  static final int FIRST = 16;
  private static final int MASK = CHUNK - 1;
  private static final ByteBuffer[] NONE = {};
  private static final long[] NOWHERE = {};
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final int octets;

  /** While there is less than a chunk: all rows, in the heap. */
  private @Nullable ByteBuffer small;

  /** What {@link #starts} are the addresses of; kept for as long as these are used. */
  private ByteBuffer[] chunks = NONE;

  /** Where each chunk begins. */
  private long[] starts = NOWHERE;

  private int capacity;

  /**
   * No rows yet.
   *
   * @param octets of a row
   */
  Rows(int octets) {
    this.octets = octets;
  }

  int intAt(int row, int field) {
    return small != null
        ? small.getInt(row * octets + field)
        : Memory.getInt(at(row, field, Integer.BYTES));
  }

  void intAt(int row, int field, int value) {
    if (small != null) {
      small.putInt(row * octets + field, value);
    } else {
      Memory.putInt(at(row, field, Integer.BYTES), value);
    }
  }

  long longAt(int row, int field) {
    return small != null
        ? small.getLong(row * octets + field)
        : Memory.getLong(at(row, field, Long.BYTES));
  }

  void longAt(int row, int field, long value) {
    if (small != null) {
      small.putLong(row * octets + field, value);
    } else {
      Memory.putLong(at(row, field, Long.BYTES), value);
    }
  }

  /** Writes {@code from[at, at + length)} to a field that has so many octets. */
  void put(int row, int field, byte[] from, int at, int length) {
    chunk(row).put((row & MASK) * octets + field, from, at, length);
  }

  /** Reads what {@link #put} has written. */
  void get(int row, int field, byte[] to, int at, int length) {
    chunk(row).get((row & MASK) * octets + field, to, at, length);
  }

  /** Whether the first octets of the field are {@code other[at, at + length)}. */
  boolean is(int row, int field, byte[] other, int at, int length) {
    ByteBuffer chunk = chunk(row);
    int first = (row & MASK) * octets + field;
    int last = length - Long.BYTES;
    for (int i = 0; i < last; i += Long.BYTES) {
      if (chunk.getLong(first + i) != (long) LONGS.get(other, at + i)) {
        return false;
      }
    }
    if (last >= 0) { // some octets once more
      return chunk.getLong(first + last) == (long) LONGS.get(other, at + last);
    }
    for (int i = 0; i < length; i++) {
      if (chunk.get(first + i) != other[at + i]) {
        return false;
      }
    }
    return true;
  }

  private ByteBuffer chunk(int row) {
    return small != null ? small : chunks[row >>> CHUNK_BITS];
  }

  /** The address of a field of so many octets in a chunk. */
  private long at(int row, int field, int length) {
    assert row >= 0 && row < capacity : "row " + row + " of " + capacity;
    assert field >= 0 && field + length <= octets : "field " + field + " of " + octets;
    return starts[row >>> CHUNK_BITS] + (long) (row & MASK) * octets + field;
  }

  /** Makes room for rows below this. */
  void ensure(int size) {
    while (size > capacity) {
      grow();
    }
  }

  private void grow() {
    int doubled = Math.max(FIRST, 2 * capacity);
    if (doubled < CHUNK) {
      small = copied(ByteBuffer.allocate(doubled * octets));
      capacity = doubled;
    } else {
      add(copied(ByteBuffer.allocateDirect(CHUNK * octets)));
    }
  }

  private ByteBuffer copied(ByteBuffer larger) {
    larger.order(ByteOrder.nativeOrder());
    if (small != null) {
      larger.put(0, small, 0, capacity * octets);
    }
    return larger;
  }

  private void add(ByteBuffer chunk) {
    int count = chunks.length;
    chunks = Arrays.copyOf(chunks, count + 1);
    starts = Arrays.copyOf(starts, count + 1);
    chunks[count] = chunk;
    starts[count] = Memory.address(chunk);
    small = null;
    capacity = (count + 1) * CHUNK;
  }

  /** Gives all up. */
  void reset() {
    small = null;
    chunks = NONE;
    starts = NOWHERE;
    capacity = 0;
  }

  int capacity() {
    return capacity;
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return (long) chunks.length * CHUNK * octets;
  }
}
