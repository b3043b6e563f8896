// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The mirror against a map that does the same; {@code -Dseed=} repeats a run. */
final class EntryMirrorTest {
  private static final int MAXIMUM = 3000;
  private static final int STEPS = 200_000;

  private record Key(long to, long from, int place) {
    void into(EntryKeys keys) {
      keys.destination(0, to >>> 3, to);
      keys.source(0, from, from >>> 2);
      keys.place(0, place & 3, place >>> 2);
    }
  }

  private final EntryMirror mirror = new EntryMirror(MAXIMUM);
  private final EntryKeys key = new EntryKeys(1);

  /** In the order in which the mirror has them, oldest first. */
  private final Map<Key, Long> model = new LinkedHashMap<>();

  @Test
  void doesAsAMapDoes() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("mirror: seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (long now = 0; now < STEPS; now++) {
      Key next = new Key(random.nextInt(40), random.nextInt(40), random.nextInt(64));
      switch (random.nextInt(10)) {
        case 0 -> removeAllTo(next.to);
        case 1 -> sweep(now);
        case 2, 3 -> remove(next);
        default -> put(next, now + random.nextInt(5000));
      }
      assertEquals(model.size(), mirror.size(), "seed " + seed);
      if (random.nextInt(20_000) == 0) {
        mirror.clear();
        model.clear();
      }
      if (now % 100 == 0) {
        assertSame(next.to, seed);
      }
    }
  }

  @Test
  void findsWhereAKeyIsKeptByOneThatDiffersInTheDestinationAlone() {
    new Key(7, 3, 12).into(key);
    int entry = mirror.add(key, 0, 1);
    EntryKeys other = new EntryKeys(2);
    other.copy(key, 0, 1);
    other.destination(1, 1, 2);

    assertEquals(entry, mirror.firstLike(other, 1, key.dstHi[0], key.dstLo[0]));
    assertEquals(0, mirror.read(EntryMirror.NONE));
  }

  private int find(Key wanted) {
    wanted.into(key);
    return mirror.find(key, 0);
  }

  private void put(Key wanted, long untilNs) {
    int entry = find(wanted);
    if (entry == EntryMirror.NONE && mirror.isFull()) {
      Key oldest = model.keySet().iterator().next();
      assertEquals(find(oldest), mirror.oldest());
      mirror.remove(mirror.oldest());
      model.remove(oldest);
    }
    wanted.into(key);
    if (entry == EntryMirror.NONE) {
      mirror.add(key, 0, untilNs);
    } else {
      mirror.renew(entry, untilNs);
    }
    model.remove(wanted);
    model.put(wanted, untilNs);
  }

  private void remove(Key wanted) {
    int entry = find(wanted);
    assertEquals(model.remove(wanted) == null, entry == EntryMirror.NONE);
    if (entry != EntryMirror.NONE) {
      mirror.remove(entry);
    }
  }

  private void removeAllTo(long to) {
    model.keySet().removeIf(each -> each.to == to);
    for (int entry = mirror.firstTo(to >>> 3, to);
        entry != EntryMirror.NONE;
        entry = mirror.firstTo(to >>> 3, to)) {
      mirror.remove(entry);
    }
  }

  private void sweep(long now) {
    mirror.sweep(now, Integer.MAX_VALUE);
    model.values().removeIf(until -> until - now <= 0);
  }

  private void assertSame(long to, long seed) {
    model.forEach(
        (each, until) -> assertEquals(until, mirror.expiryNs(find(each)), "seed " + seed));
    Set<Integer> found = new HashSet<>();
    for (int entry = mirror.firstTo(to >>> 3, to);
        entry != EntryMirror.NONE;
        entry = mirror.nextTo(entry)) {
      assertTrue(found.add(entry));
    }
    assertEquals(model.keySet().stream().filter(each -> each.to == to).count(), found.size());
  }

  @Test
  void findsAllAfterEachGrowth() {
    int maximum = 3 * EntryMirror.CHUNK + 5;
    EntryMirror large = new EntryMirror(maximum);
    for (int i = 0; i < maximum; i++) {
      new Key(i, -i, i & 0xff).into(key);
      large.add(key, 0, i);
    }
    assertTrue(large.isFull());
    for (int i = 0; i < maximum; i++) {
      new Key(i, -i, i & 0xff).into(key);
      assertEquals(i, large.expiryNs(large.find(key, 0)));
      assertEquals(i, large.expiryNs(large.firstTo(i >>> 3, i)));
      large.remove(large.oldest());
      assertEquals(EntryMirror.NONE, large.find(key, 0));
    }
    assertEquals(EntryMirror.NONE, large.oldest());
  }

  @Test
  void hasRoomForItsMaximumAndNoMore() {
    EntryMirror small = new EntryMirror(1);
    new Key(1, 2, 3).into(key);
    assertEquals(0, small.add(key, 0, 10));
    assertTrue(small.isFull());
    assertThrows(IllegalStateException.class, () -> small.add(key, 0, 10));
  }
}
