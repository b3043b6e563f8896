// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RowsTest {
  private static final int SIZE = 3 * Rows.CHUNK + 5;

  @Test
  void keepsWhatWasSetWhileItGrows() {
    Rows rows = new Rows(12);
    for (int i = 0; i < SIZE; i++) {
      rows.ensure(i + 1);
      assertEquals(0, rows.longAt(i, 0));
      assertEquals(0, rows.intAt(i, 8));
      rows.longAt(i, 0, Long.MAX_VALUE - i);
      rows.intAt(i, 8, -i);
    }
    for (int i = 0; i < SIZE; i++) {
      assertEquals(-i, rows.intAt(i, 8));
      assertEquals(Long.MAX_VALUE - i, rows.longAt(i, 0));
    }
  }

  @Test
  void takesMemoryOutsideInChunksAndNoneWhileItIsSmall() {
    Rows rows = new Rows(40);
    rows.ensure(Rows.CHUNK / 2);
    assertEquals(0, rows.octetsOutside());

    rows.ensure(SIZE);

    assertEquals(4L * Rows.CHUNK * 40, rows.octetsOutside());
    rows.reset();
    assertEquals(0, rows.octetsOutside());
    assertTrue(rows.capacity() < Rows.FIRST);
  }
}
