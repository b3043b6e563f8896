// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.IpAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is asked for in some order stands in the sets as if it had been done in that order. */
final class EntryTrainTest {
  private static final int TCP = 6 << 16;

  private final ModelSets sets = new ModelSets(() -> 0);
  private final Counters counters = new Counters();
  private final EntryMirror mirror = new EntryMirror(1_000);
  private final EntryTrain train =
      new EntryTrain(sets, ModelSets.CAPACITY, mirror, counters.newWriter());
  private final int set = sets.register("ng-hep4-eth0", false, false);
  private final EntryKeys key = new EntryKeys(1);

  private EntryKeys key(int address) {
    key.destination(0, 0, IpAddress.ipv4Lo(address));
    key.place(0, set, TCP | 443);
    return key;
  }

  private void add(int address) {
    train.add(key(address), 0, 30);
  }

  private void delete(int address) {
    train.delete(key(address), 0);
  }

  @Test
  void whatIsAddedAndThenDeletedIsGone() {
    add(1);
    add(2);
    delete(1);
    train.flush();

    assertEquals(Set.of(2), standing());
  }

  @Test
  void whatIsDeletedAndThenAddedIsThere() {
    add(1);
    train.flush();
    delete(1);
    add(1);
    train.flush();

    assertEquals(Set.of(1), standing());
    assertEquals(2, sets.flushes(), "one train for both");
  }

  @Test
  void leavesWhatTheOrderOfAllRequestsLeaves() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("EntryTrainTest: -Dseed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Set<Integer> wanted = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      int address = random.nextInt(12);
      if (random.nextBoolean()) {
        add(address);
        wanted.add(address);
      } else {
        delete(address);
        wanted.remove(address);
      }
      if (random.nextInt(9) == 0) {
        train.flush();
        assertEquals(wanted, standing(), "seed " + seed);
      }
    }
    train.flush();
    assertEquals(
        100_000,
        counters.value(Counter.FAST_PATH_ADDED) + counters.value(Counter.FAST_PATH_DELETED));
  }

  private Set<Integer> standing() {
    Set<Integer> addresses = new HashSet<>();
    sets.live().keySet().forEach(entry -> addresses.add(entry.to().ipv4()));
    return addresses;
  }
}
