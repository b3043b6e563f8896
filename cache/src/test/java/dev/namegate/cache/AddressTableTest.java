// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AddressTableTest {
  private static final NameMatcher MATCHER = name -> new int[0];

  private final AddressTable table = new AddressTable(MATCHER, 0);

  static Memberships entry(long hi, long lo, long expiryNs) {
    return new Memberships(0, hi, lo, new int[] {3}, new long[] {expiryNs});
  }

  static LongStream seeds() {
    Long given = Long.getLong("seed");
    return given != null
        ? LongStream.of(given)
        : LongStream.concat(LongStream.range(0, 10), LongStream.of(System.nanoTime()));
  }

  @Test
  void findsWhatWasPutAndNothingElse() {
    Memberships entry = entry(1, 2, 10);
    table.put(entry);

    assertSame(entry, table.lookup(1, 2));
    assertNull(table.lookup(2, 1));
    assertNull(table.lookup(1, 3));
    assertNull(table.lookup(0, 2));
  }

  @Test
  void replacesInPlace() {
    table.put(entry(1, 2, 10));
    Memberships next = entry(1, 2, 20);
    table.put(next);

    assertSame(next, table.lookup(1, 2));
    assertEquals(1, table.size());
  }

  @Test
  void holdsTheAddressesOfAllBitsUnsetAndAllBitsSet() {
    for (long bits : new long[] {0, -1}) {
      assertNull(table.lookup(bits, bits));
      Memberships entry = entry(bits, bits, 10);
      table.put(entry);
      table.put(entry(5, bits, 10));
      table.remove(0, 5, bits);
      assertSame(entry, table.lookup(bits, bits));
      table.remove(0, bits, bits);
      assertNull(table.lookup(bits, bits));
    }
    assertEquals(0, table.size());
  }

  @Test
  void removingWhatIsNotThereDoesNothing() {
    table.put(entry(1, 2, 10));

    table.remove(0, 1, 3);

    assertEquals(1, table.size());
  }

  @Test
  void goneSlotsDoNotPileUp() {
    for (int round = 0; round < 10_000; round++) {
      table.put(entry(0, round, 10));
      if (round >= 10) {
        table.remove(0, 0, round - 10);
      }
    }

    assertEquals(10, table.size());
    assertEquals(64, table.capacity());
  }

  @Test
  void givesBackTheSpaceOfWhatWasRemoved() {
    for (int i = 0; i < 100_000; i++) {
      table.put(entry(0, i, 10));
    }
    for (int i = 0; i < 99_990; i++) {
      table.remove(0, 0, i);
    }

    assertEquals(10, table.size());
    assertTrue(table.capacity() <= 256, "capacity=" + table.capacity());
    for (int i = 99_990; i < 100_000; i++) {
      assertNotNull(table.lookup(0, i));
    }
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void agreesWithAMap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<IpAddress, Memberships> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      int range = step % 5_000 < 2_500 ? 400 : 40;
      IpAddress address = new IpAddress(random.nextInt(2), random.nextInt(range));
      if (random.nextInt(3) < 2) {
        Memberships entry = entry(address.hi(), address.lo(), step);
        table.put(entry);
        model.put(address, entry);
      } else {
        table.remove(0, address.hi(), address.lo());
        model.remove(address);
      }
      assertEquals(model.size(), table.size());
      IpAddress asked = new IpAddress(random.nextInt(2), random.nextInt(400));
      assertSame(model.get(asked), table.lookup(asked.hi(), asked.lo()));
    }
    model.forEach((key, entry) -> assertSame(entry, table.lookup(key.hi(), key.lo())));
  }
}
