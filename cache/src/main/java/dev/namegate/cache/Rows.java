// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One row of fields for each handle, 0 at first, in chunks outside of the heap: no collector looks
 * at them or moves them, and growth copies none. What is small stands in the heap.
 *
 * <p>What is used together stands together. A table of a million rows fits no processor's cache,
 * and a field of its own place each would be a miss each.
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
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final int octets;
  private ByteBuffer[] chunks = NONE;
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
    return chunks[row >>> CHUNK_BITS].getInt((row & MASK) * octets + field);
  }

  void intAt(int row, int field, int value) {
    chunks[row >>> CHUNK_BITS].putInt((row & MASK) * octets + field, value);
  }

  long longAt(int row, int field) {
    return chunks[row >>> CHUNK_BITS].getLong((row & MASK) * octets + field);
  }

  void longAt(int row, int field, long value) {
    chunks[row >>> CHUNK_BITS].putLong((row & MASK) * octets + field, value);
  }

  /** Writes {@code from[at, at + length)} to a field that has so many octets. */
  void put(int row, int field, byte[] from, int at, int length) {
    chunks[row >>> CHUNK_BITS].put((row & MASK) * octets + field, from, at, length);
  }

  /** Reads what {@link #put} has written. */
  void get(int row, int field, byte[] to, int at, int length) {
    chunks[row >>> CHUNK_BITS].get((row & MASK) * octets + field, to, at, length);
  }

  /** Whether the first octets of the field are {@code other[at, at + length)}. */
  boolean is(int row, int field, byte[] other, int at, int length) {
    ByteBuffer chunk = chunks[row >>> CHUNK_BITS];
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

  /** Makes room for rows below this. */
  void ensure(int size) {
    while (size > capacity) {
      grow();
    }
  }

  private void grow() {
    if (capacity == 0) {
      chunks = new ByteBuffer[] {ofHeap(FIRST)};
      capacity = FIRST;
    } else if (capacity < CHUNK) {
      int doubled = 2 * capacity;
      ByteBuffer larger = doubled < CHUNK ? ofHeap(doubled) : chunk();
      larger.put(0, chunks[0], 0, capacity * octets);
      chunks[0] = larger;
      capacity = doubled;
    } else {
      int count = capacity >>> CHUNK_BITS;
      if (count == chunks.length) {
        chunks = Arrays.copyOf(chunks, count + 1 + count / 4);
      }
      chunks[count] = chunk();
      capacity += CHUNK;
    }
  }

  private ByteBuffer ofHeap(int rows) {
    return ByteBuffer.allocate(rows * octets).order(ByteOrder.nativeOrder());
  }

  private ByteBuffer chunk() {
    return ByteBuffer.allocateDirect(CHUNK * octets).order(ByteOrder.nativeOrder());
  }

  /** Gives all up. */
  void reset() {
    chunks = NONE;
    capacity = 0;
  }

  int capacity() {
    return capacity;
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return capacity < CHUNK ? 0 : (long) capacity * octets;
  }
}
