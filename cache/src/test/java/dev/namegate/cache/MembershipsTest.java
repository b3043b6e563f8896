// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 33, 100})
  void containsExactlyItsSets(int size) {
    int[] sets = IntStream.range(0, size).map(i -> 3 * i + 1).toArray();
    long[] expiryNs = new long[size];
    Arrays.fill(expiryNs, 10);
    Memberships memberships = new Memberships();
    memberships.of(sets, expiryNs, 0);

    for (int set = 0; set <= 3 * size + 1; set++) {
      assertEquals(set % 3 == 1 && set < 3 * size, memberships.contains(set, 9), "set " + set);
    }
  }

  @Test
  void endsAtTheExpiryAcrossTheOverflowOfTheClock() {
    long end = Long.MIN_VALUE + 5;
    Memberships memberships = new Memberships();
    memberships.of(new int[] {4}, end);

    assertTrue(memberships.contains(4, Long.MAX_VALUE - 5));
    assertTrue(memberships.contains(4, end - 1));
    assertFalse(memberships.contains(4, end));
    assertFalse(memberships.contains(4, end + 1));
  }

  @Test
  void namesItsSetsOneAfterTheOther() {
    Memberships memberships = new Memberships();
    memberships.of(new int[] {2, 5, 9}, 10);

    assertEquals(2, memberships.nextDomainSet(0, 10));
    assertEquals(2, memberships.nextDomainSet(2, 10));
    assertEquals(5, memberships.nextDomainSet(3, 10));
    assertEquals(9, memberships.nextDomainSet(6, 10));
    assertEquals(-1, memberships.nextDomainSet(6, 9));
    assertEquals(-1, memberships.nextDomainSet(10, 20));
  }
}
