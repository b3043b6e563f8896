// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AddressTableTest {
  private static final NameMatcher MATCHER = name -> new int[0];
  private static final long START_NS = -1;

  private final AddressTable table = new AddressTable(MATCHER, 0);
  private final MembershipsBuilder content = new MembershipsBuilder();

  /** An address of a scope. */
  private record Key(int scope, long hi, long lo) {}

  static void put(AddressTable table, MembershipsBuilder content, long hi, long lo, long expiryNs) {
    content.reset(START_NS);
    content.raise(3, expiryNs);
    table.put(0, hi, lo, content);
  }

  private void put(long hi, long lo, long expiryNs) {
    put(table, content, hi, lo, expiryNs);
  }

  private void put(Key key, Map<Integer, Long> ends) {
    content.reset(START_NS);
    ends.forEach(content::raise);
    table.put(key.scope(), key.hi(), key.lo(), content);
  }

  /** The sets and their ends, as text. */
  private String at(long hi, long lo) {
    return text(table.lookup(hi, lo));
  }

  private static String text(@Nullable Memberships found) {
    return found == null ? "nothing" : found.toString();
  }

  private static String text(@Nullable Map<Integer, Long> ends) {
    return ends == null
        ? "nothing"
        : ends.entrySet().stream()
            .map(each -> each.getKey() + " until " + each.getValue())
            .collect(Collectors.joining(", ", "{", "}"));
  }

  static LongStream seeds() {
    Long given = Long.getLong("seed");
    return given != null
        ? LongStream.of(given)
        : LongStream.concat(LongStream.range(0, 10), LongStream.of(System.nanoTime()));
  }

  @Test
  void findsWhatWasPutAndNothingElse() {
    put(1, 2, 10);

    assertEquals("{3 until 10}", at(1, 2));
    assertNull(table.lookup(2, 1));
    assertNull(table.lookup(1, 3));
    assertNull(table.lookup(0, 2));
    assertNull(table.lookup(7, 1, 2));
  }

  @Test
  void aViewIsEmptyAfterALookupThatFindsNothing() {
    put(1, 2, 10);
    Memberships view = new Memberships();
    assertTrue(table.find(1, 2, view));

    assertEquals(false, table.find(1, 3, view));

    assertEquals(0, view.size());
    assertEquals(false, view.contains(3, 5));
  }

  @Test
  void replacesInPlace() {
    put(1, 2, 10);
    Memberships before = table.lookup(1, 2);
    put(1, 2, 20);

    assertEquals("{3 until 20}", at(1, 2));
    assertEquals("{3 until 10}", text(before));
    assertEquals(1, table.size());
  }

  @Test
  void putsOffEndsOfTheirOwnWithoutAnotherRow() {
    Key key = new Key(5, 1, 2);
    for (long end = 10; end < 10_000; end++) {
      put(key, Map.of(1, end, 2, end + 1, 9, end + 2));
    }
    Memberships view = table.lookup(5, 1, 2);
    put(key, Map.of(1, 20_000L, 2, 20_000L, 9, 20_000L));

    assertEquals("{1 until 20000, 2 until 20000, 9 until 20000}", text(view));
    assertEquals(16, table.capacity());
  }

  @Test
  void roomIsMadeAtOnceWhileNothingIsThere() {
    table.reserve(5_000);
    int room = table.capacity();
    for (int i = 0; i < 5_000; i++) {
      put(0, i, 10);
    }

    assertTrue(room >= 5_000);
    assertEquals(room, table.capacity());

    table.reserve(50_000);

    assertEquals(room, table.capacity());
    assertEquals("{3 until 10}", at(0, 4_999));
  }

  /** A successor gains, loses, changes and grows; the table before says what it said. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void aSuccessorLeavesTheTableBeforeAsItWas(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int addresses = 9_000; // several segments
    for (int i = 0; i < addresses; i++) {
      put(1, i, 10 + i);
    }
    AddressTable next = table.successor(MATCHER);
    String[] expected = new String[2 * addresses];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = text(next.lookup(1, i));
      assertEquals(i < addresses ? "{3 until " + (10 + i) + "}" : "nothing", expected[i]);
    }
    for (int step = 0; step < 2 * addresses; step++) {
      int i = random.nextInt(expected.length);
      if (random.nextInt(3) == 0) {
        next.remove(0, 1, i);
        expected[i] = "nothing";
      } else {
        put(next, content, 1, i, 50_000 + step);
        expected[i] = "{3 until " + (50_000 + step) + "}";
      }
    }

    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], text(next.lookup(1, i)));
      assertEquals(i < addresses ? "{3 until " + (10 + i) + "}" : "nothing", at(1, i));
    }
    assertEquals(addresses, table.size());
    assertEquals(
        Arrays.stream(expected).filter(each -> !each.equals("nothing")).count(), next.size());
  }

  @Test
  void whatWasFoundKeepsItsSetsWhenTheyChange() {
    Key key = new Key(0, 0, 2);
    put(key, Map.of(1, 10L, 2, 10L));
    Memberships before = table.lookup(0, 2);
    put(key, Map.of(2, 30L, 4, 40L));

    assertEquals("{1 until 10, 2 until 10}", text(before));
    assertEquals("{2 until 30, 4 until 40}", at(0, 2));
    assertEquals(1, table.size());
  }

  /** One set, several that end at once, several that end apart: from each to each. */
  @Test
  void holdsTheSmallestAndTheLargestSetAloneAndTogether() {
    int largest = NameMatcher.MAX_DOMAIN_SET;
    List<Map<Integer, Long>> contents =
        List.of(
            Map.of(0, 10L),
            Map.of(largest, 10L),
            new TreeMap<>(Map.of(0, 20L, largest, 20L)),
            new TreeMap<>(Map.of(0, 30L, largest, 31L)));
    for (Map<Integer, Long> from : contents) {
      for (Map<Integer, Long> to : contents) {
        put(new Key(0, 1, 2), from);
        Memberships before = table.lookup(1, 2);
        put(new Key(0, 1, 2), to);

        assertNotNull(before);
        assertEquals(from.size(), before.size());
        assertTrue(from.containsKey(before.domainSet(0)));
        assertTrue(from.containsKey(before.domainSet(from.size() - 1)));
        assertEquals(text(to), at(1, 2));
      }
    }
    assertEquals(1, table.size());
  }

  /** What a view has of one address does not reach into what it is turned to next. */
  @Test
  void aViewTurnsFromOneSetToSeveralAndToAnother() {
    put(1, 2, 10);
    put(new Key(0, 1, 3), Map.of(5, 20L, 6, 20L));
    put(new Key(0, 1, 4), Map.of(7, 30L));
    Memberships view = new Memberships();
    for (int round = 0; round < 2; round++) {
      assertTrue(table.find(1, 2, view));
      assertEquals("{3 until 10}", text(view));
      assertTrue(table.find(1, 3, view));
      assertEquals("{5 until 20, 6 until 20}", text(view));
      assertTrue(table.find(1, 4, view));
      assertEquals("{7 until 30}", text(view));
    }
  }

  @Test
  void sharesTheArrayOfEqualSets() {
    for (int i = 0; i < 10_000; i++) {
      put(new Key(0, 0, i), Map.of(1, 10L + i, 2, 10L + i));
    }

    Memberships first = table.lookup(0, 0);
    Memberships last = table.lookup(0, 9_999);
    assertNotNull(first);
    assertNotNull(last);
    assertSame(first.sets(), last.sets());
  }

  @Test
  void holdsTheAddressesOfAllBitsUnsetAndAllBitsSet() {
    for (long bits : new long[] {0, -1}) {
      assertNull(table.lookup(bits, bits));
      put(bits, bits, 10);
      put(5, bits, 10);
      table.remove(0, 5, bits);
      assertEquals("{3 until 10}", at(bits, bits));
      table.remove(0, bits, bits);
      assertNull(table.lookup(bits, bits));
    }
    assertEquals(0, table.size());
  }

  @Test
  void removingWhatIsNotThereDoesNothing() {
    put(1, 2, 10);

    table.remove(0, 1, 3);

    assertEquals(1, table.size());
  }

  @Test
  void goneSlotsDoNotPileUp() {
    for (int round = 0; round < 10_000; round++) {
      put(0, round, 10);
      if (round >= 10) {
        table.remove(0, 0, round - 10);
      }
    }

    assertEquals(10, table.size());
    assertEquals(16, table.capacity());
  }

  @Test
  void growsInSmallStepsAndStaysAtMostAQuarterEmpty() {
    int largest = 0;
    for (int i = 1; i <= 200_000; i++) {
      int before = table.capacity();
      put(0, i, 10);
      largest = Math.max(largest, table.capacity() - before);
    }

    assertTrue(largest <= TableSegment.MAX_ROWS, "grew by " + largest);
    assertTrue(table.capacity() < 260_000, "capacity=" + table.capacity());
  }

  @Test
  void givesBackTheSpaceOfWhatWasRemoved() {
    for (int i = 0; i < 100_000; i++) {
      put(0, i, 10);
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

  @Test
  void namesWhatEndsWhateverItSearchedBefore() {
    for (int i = 0; i < 10_000; i++) {
      put(0, i, 1_000);
    }
    assertEquals(List.of(), table.endingBefore(500, 0, 10));
    put(0, 77, 400);
    assertEquals(List.of(new IpAddress(0, 77)), table.endingBefore(500, 0, 10));
    put(0, 20_000, 450);
    assertEquals(
        Set.of(new IpAddress(0, 77), new IpAddress(0, 20_000)),
        Set.copyOf(table.endingBefore(500, 0, 10)));
    put(0, 77, 2_000);
    table.remove(0, 0, 20_000);
    assertEquals(List.of(), table.endingBefore(500, 0, 10));
    put(new Key(0, 0, 77), Map.of(3, 2_000L, 4, 300L));
    assertEquals(List.of(new IpAddress(0, 77)), table.endingBefore(500, 0, 10));
    assertEquals(9_999, table.endingBefore(1_000, 300, 20_000).size());
    assertEquals(50, table.endingBefore(1_000, 300, 50).size());
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void agreesWithAMap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Key, Map<Integer, Long>> model = new HashMap<>();
    int wide = random.nextInt(3);
    for (int step = 0; step < 40_000; step++) {
      int range = step % 10_000 < 5_000 ? 10_000 : 40;
      Key key = key(random, wide, range);
      if (random.nextInt(10) < (range == 40 ? 6 : 8)) {
        Map<Integer, Long> ends = ends(random);
        put(key, ends);
        model.put(key, ends);
      } else {
        table.remove(key.scope(), key.hi(), key.lo());
        model.remove(key);
      }
      assertEquals(model.size(), table.size());
      Key asked = key(random, wide, range);
      assertEquals(
          text(model.get(asked)), text(table.lookup(asked.scope(), asked.hi(), asked.lo())));
    }
    checkAll(model);
    for (Key key : List.copyOf(model.keySet())) {
      table.remove(key.scope(), key.hi(), key.lo());
      model.remove(key);
      if (model.size() % 500 == 0) {
        checkAll(model);
      }
    }
    assertEquals(0, table.size());
  }

  private void checkAll(Map<Key, Map<Integer, Long>> model) {
    model.forEach(
        (key, ends) ->
            assertEquals(text(ends), text(table.lookup(key.scope(), key.hi(), key.lo()))));
  }

  /** First without, then with addresses and scopes that need wider rows. */
  private static Key key(SplittableRandom random, int wide, int range) {
    return new Key(
        wide > 1 ? random.nextInt(2) : 0, wide > 0 ? random.nextInt(2) : 0, random.nextInt(range));
  }

  private static Map<Integer, Long> ends(SplittableRandom random) {
    Map<Integer, Long> ends = new TreeMap<>();
    long end = random.nextLong(1_000);
    int[] sets = random.ints(1 + random.nextInt(4), 0, 6).toArray();
    boolean apart = random.nextBoolean();
    Arrays.stream(sets).forEach(set -> ends.put(set, apart ? random.nextLong(1_000) : end));
    return ends;
  }
}
