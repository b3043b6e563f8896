// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ColumnTest {
  private static final int SIZE = 3 * IntColumn.CHUNK + 5;

  @Test
  void keepsWhatWasSetWhileItGrows() {
    IntColumn ints = new IntColumn();
    LongColumn longs = new LongColumn();
    for (int i = 0; i < SIZE; i++) {
      ints.ensure(i + 1);
      longs.ensure(i + 1);
      assertEquals(0, ints.get(i));
      assertEquals(0, longs.get(i));
      ints.set(i, -i);
      longs.set(i, Long.MAX_VALUE - i);
    }
    for (int i = 0; i < SIZE; i++) {
      assertEquals(-i, ints.get(i));
      assertEquals(Long.MAX_VALUE - i, longs.get(i));
    }
  }

  @Test
  void takesMemoryOutsideInChunksAndNoneWhileItIsSmall() {
    LongColumn column = new LongColumn();
    column.ensure(LongColumn.CHUNK / 2);
    assertEquals(0, column.octetsOutside());

    column.ensure(SIZE);

    assertEquals(4L * LongColumn.CHUNK * Long.BYTES, column.octetsOutside());
    column.reset();
    assertEquals(0, column.octetsOutside());
    assertTrue(column.capacity() < LongColumn.FIRST);
  }
}
