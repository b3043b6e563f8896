// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EstablishedKeeperTest {
  private static final IpAddress CLIENT = IpAddress.parse("10.0.0.2");
  private static final IpAddress SERVER = IpAddress.parse("192.0.2.1");
  private static final IpAddress OTHER = IpAddress.parse("2001:db8::1");
  private static final long MS = 1_000_000;

  private final List<IpAddress> ending = new ArrayList<>();
  private final List<Long> asked = new ArrayList<>();
  private final List<Set<EstablishedKeeper.Connection>> kept = new ArrayList<>();
  private int walks;

  private final EstablishedKeeper keeper =
      new EstablishedKeeper(
          new EstablishedKeeper.Known() {
            @Override
            public List<IpAddress> endingWithin(long ns) {
              asked.add(ns);
              return ending;
            }

            @Override
            public void keep(Set<EstablishedKeeper.Connection> alive, long ns) {
              kept.add(alive);
              assertTrue(ns > keeper().waitMs() * MS, "kept beyond the next look");
            }
          },
          visitor -> {
            walks++;
            visitor.connection(CLIENT.hi(), CLIENT.lo(), SERVER.hi(), SERVER.lo());
            visitor.connection(CLIENT.hi(), CLIENT.lo(), OTHER.hi(), OTHER.lo());
          });

  private EstablishedKeeper keeper() {
    return keeper;
  }

  @Test
  void walksTheTableOnlyIfSomethingEnds() {
    keeper.look();
    assertEquals(0, walks);

    ending.add(SERVER);
    keeper.look();

    assertEquals(1, walks);
    assertEquals(List.of(Set.of(new EstablishedKeeper.Connection(CLIENT, SERVER))), kept);
  }

  @Test
  void looksAgainAfterATableThatCannotBeRead() {
    List<Integer> walked = new ArrayList<>();
    EstablishedKeeper failing =
        new EstablishedKeeper(
            new EstablishedKeeper.Known() {
              @Override
              public List<IpAddress> endingWithin(long ns) {
                return List.of(SERVER);
              }

              @Override
              public void keep(Set<EstablishedKeeper.Connection> alive, long ns) {
                throw new AssertionError("nothing is known to live");
              }
            },
            visitor -> {
              walked.add(1);
              throw new IllegalStateException("no table");
            });
    failing.look();
    failing.look();
    assertEquals(2, walked.size());
  }

  @Test
  void waitsLongerWhereWalksAreLongAndNeverTooLong() {
    assertEquals(500, EstablishedKeeper.waitMs(0, 500));
    assertEquals(500, EstablishedKeeper.waitMs(1 * MS, 500));
    assertEquals(600, EstablishedKeeper.waitMs(1_200_000, 500));
    assertEquals(1_000, EstablishedKeeper.waitMs(10 * MS, 500), "it doubles at most");
    assertEquals(5_000, EstablishedKeeper.waitMs(10 * MS, 4_000));
    assertEquals(5_000, EstablishedKeeper.waitMs(1_000 * MS, 5_000));
    assertEquals(500, EstablishedKeeper.waitMs(0, 5_000), "a small table is looked at often again");
  }

  /** Whatever walks take, what ends before the next look was looked at, and kept beyond it. */
  @Test
  void looksAheadBeyondTheNextLookAndKeepsBeyondIt() {
    for (long beforeMs : IntStream.rangeClosed(500, 5_000).asLongStream().toArray()) {
      for (long walkNs : new long[] {0, MS, 3 * MS, 10 * MS, 500 * MS}) {
        long waitMs = EstablishedKeeper.waitMs(walkNs, beforeMs);
        long nextLookNs = walkNs + waitMs * MS;
        assertTrue(EstablishedKeeper.aheadNs(beforeMs) > nextLookNs);
        assertTrue(EstablishedKeeper.keepNs(waitMs) > waitMs * MS + walkNs);
        assertTrue(EstablishedKeeper.keepNs(waitMs) > EstablishedKeeper.aheadNs(waitMs));
      }
    }
  }
}
