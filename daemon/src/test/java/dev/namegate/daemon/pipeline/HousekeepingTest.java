// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.CacheCounter;
import dev.namegate.cache.DnsCache;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import java.util.List;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
  private static final int[] NO_SETS = {};
  private static final long MS = 1_000_000;

  private long nowNs = 7;
  private final DnsCache cache = new DnsCache(CacheConfig.DEFAULT, name -> NO_SETS);
  private int tidied;
  private boolean broken;
  private final Housekeeping housekeeping = new Housekeeping(cache, new Tidying(), () -> nowNs);

  private final class Tidying implements Commit {
    @Override
    public void commit(Answer answer, long atNs) {
      throw new AssertionError("nothing is learnt");
    }

    @Override
    public void tidy(long atNs) {
      tidied++;
      if (broken) {
        throw new IllegalStateException("a defect, for the test");
      }
    }
  }

  private void learn(int names, int ttlSeconds) {
    for (int i = 0; i < names; i++) {
      DomainName name = DomainName.parse("n" + i + ".test");
      cache.learn(List.of(new AddressEdge(name, IpAddress.parse("192.0.2.1"), ttlSeconds)), nowNs);
    }
  }

  private long known() {
    return cache.counters().get(CacheCounter.NAMES);
  }

  @Test
  void forgetsAllThatIsOverALittleAtATime() {
    learn(1_000, 5);
    nowNs += 5_000 * MS;
    int times = 1;
    long before = known();
    while (housekeeping.run()) {
      assertTrue(before - known() <= 32, "forgot " + (before - known()));
      before = known();
      times++;
    }
    assertEquals(0, known());
    assertEquals(1 + 1_000 / 32, times);
    assertEquals(times, tidied);
  }

  @Test
  void looksOnceInAMillisecondWhenNothingIsOver() {
    learn(10, 5);
    for (int i = 0; i < 10 * 1_000; i++) {
      assertFalse(housekeeping.run());
      nowNs += 1_000;
    }
    assertEquals(10, tidied);
    assertEquals(10, known());
  }

  @Test
  void survivesADefectAndTriesAgainASecondLater() {
    broken = true;
    assertFalse(housekeeping.run());
    nowNs += 1_000 * MS;
    assertFalse(housekeeping.run());
    assertEquals(1, tidied);
    broken = false;
    nowNs += MS;
    assertFalse(housekeeping.run());
    assertEquals(2, tidied);
  }
}
