// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * One long for each handle, 0 at first, in chunks outside of the heap: no collector looks at them
 * or moves them, and growth copies none. What is small stands in the heap.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> {@value #CHUNK} longs a chunk; never gives one back but by {@link #reset}.
 */
final class LongColumn {
  static final int CHUNK_BITS = 14;
  static final int CHUNK = 1 << CHUNK_BITS;
  static final int FIRST = 16;
  private static final int MASK = CHUNK - 1;
  private static final LongBuffer[] NONE = {};

  private LongBuffer[] chunks = NONE;
  private int capacity;

  long get(int index) {
    return chunks[index >>> CHUNK_BITS].get(index & MASK);
  }

  void set(int index, long value) {
    chunks[index >>> CHUNK_BITS].put(index & MASK, value);
  }

  /** Makes room for indices below this. */
  void ensure(int size) {
    while (size > capacity) {
      grow();
    }
  }

  private void grow() {
    if (capacity == 0) {
      chunks = new LongBuffer[] {LongBuffer.allocate(FIRST)};
      capacity = FIRST;
    } else if (capacity < CHUNK) {
      int doubled = 2 * capacity;
      LongBuffer larger = doubled < CHUNK ? LongBuffer.allocate(doubled) : chunk();
      larger.put(0, chunks[0], 0, capacity);
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

  private static LongBuffer chunk() {
    return ByteBuffer.allocateDirect(CHUNK * Long.BYTES)
        .order(ByteOrder.nativeOrder())
        .asLongBuffer();
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
    return capacity < CHUNK ? 0 : (long) capacity * Long.BYTES;
  }
}
