// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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
  void keepsOctetsOfEveryLengthAndComparesThem() {
    Rows rows = new Rows(24);
    rows.ensure(SIZE);
    byte[] octets = new byte[40];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (i - 20);
    }
    for (int row = 0; row < SIZE; row++) {
      rows.put(row, 4, octets, row % 20, row % 21);
    }
    for (int row = 0; row < SIZE; row += 7) {
      int length = row % 21;
      byte[] read = new byte[octets.length];
      rows.get(row, 4, read, 3, length);
      assertArrayEquals(
          Arrays.copyOfRange(octets, row % 20, row % 20 + length),
          Arrays.copyOfRange(read, 3, 3 + length));
      assertTrue(rows.is(row, 4, read, 3, length));
      for (int i = 0; i < length; i++) {
        read[3 + i]++;
        assertFalse(rows.is(row, 4, read, 3, length));
        assertTrue(rows.is(row, 4, read, 3, i));
        read[3 + i]--;
      }
    }
  }

  /** Each of these would be memory of somebody else, were it not for the assertions. */
  @Test
  void refusesRowsThatThereIsNoRoomForAndFieldsBeyondTheRow() {
    Rows rows = new Rows(12);
    rows.ensure(Rows.CHUNK);
    assertThrows(AssertionError.class, () -> rows.intAt(Rows.CHUNK, 0));
    assertThrows(AssertionError.class, () -> rows.longAt(-1, 0, 1));
    assertThrows(AssertionError.class, () -> rows.longAt(1, 8));
    assertThrows(AssertionError.class, () -> rows.intAt(1, 12, 7));
    rows.longAt(Rows.CHUNK - 1, 4, Long.MIN_VALUE);
    assertEquals(Long.MIN_VALUE, rows.longAt(Rows.CHUNK - 1, 4));

    rows.reset();
    assertThrows(AssertionError.class, () -> rows.intAt(0, 0));
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
