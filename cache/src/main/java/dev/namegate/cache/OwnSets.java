// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.Arrays;

/**
 * For each name the domain sets that contain the name itself: arrays that are the matcher's or
 * shared, of which only the references are here.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> a reference a name, in chunks of {@value #CHUNK}, so growth copies none.
 */
final class OwnSets {
  static final int[] NONE = {};

  private static final int CHUNK_BITS = 10;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int[][][] NO_CHUNKS = {};

  private int[][][] chunks = NO_CHUNKS;
  private int count;

  /** Ascending. Never to be written to. */
  int[] at(int name) {
    return chunks[name >>> CHUNK_BITS][name & (CHUNK - 1)];
  }

  void at(int name, int[] sets) {
    chunks[name >>> CHUNK_BITS][name & (CHUNK - 1)] = sets;
  }

  /** Makes room for names with handles below this. */
  void ensure(int end) {
    while (end > count << CHUNK_BITS) {
      if (count == chunks.length) {
        chunks = Arrays.copyOf(chunks, count + 1 + count / 4);
      }
      int[][] chunk = new int[CHUNK][];
      Arrays.fill(chunk, NONE);
      chunks[count++] = chunk;
    }
  }

  /** Forgets all. */
  void clear() {
    chunks = NO_CHUNKS;
    count = 0;
  }
}
