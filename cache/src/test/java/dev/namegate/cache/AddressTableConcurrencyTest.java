// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One writer, two readers, a counted amount of work.
 *
 * <p>Some addresses are learnt throughout, the others come and go so that the table grows, shrinks
 * and fills with gone slots all the while, and now and then a new policy comes.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AddressTableConcurrencyTest {
  private static final int READERS = 2;
  private static final int ROUNDS = 6_000;
  private static final int STEADY = 64;
  private static final int PASSING = 3_000;
  private static final int FIRST_PASSING = 0x0a01_0000;
  private static final int FIRST_STEADY = 0x0a00_0000;
  private static final int FIRST_UNKNOWN = 0x0b00_0000;
  private static final long ROUND_NS = 1_000_000_000L;

  /** A policy and the table for it, as the daemon swaps them. */
  private record Generation(int set, AddressTable table) {}

  /** What the writer tells the readers, in one write. */
  private record Published(Generation generation, long nowNs) {}

  private final DnsCache cache =
      new DnsCache(
          new CacheConfig(10_000, 10_000, 1_000, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0), matcher(0));

  private volatile Published published = new Published(new Generation(0, cache.table()), 0);
  private volatile boolean isDone;

  /** Every name is in the set of the generation, and in one that tells its address apart. */
  private static NameMatcher matcher(int generation) {
    return name -> new int[] {generation, 1_000 + Integer.parseInt(name.labels().get(0))};
  }

  private static Edge edge(int number, int firstAddress, long ttlSeconds) {
    DomainName name = DomainName.parse((firstAddress >>> 16 & 3) * 10_000 + number + ".test");
    return new AddressEdge(name, IpAddress.ofIpv4(firstAddress + number), ttlSeconds);
  }

  @Test
  void readerNeverLosesALearntAddressNorMeetsAForeignEntry() throws Exception {
    List<Edge> steady = new ArrayList<>();
    for (int i = 0; i < STEADY; i++) {
      steady.add(edge(i, FIRST_STEADY, 3));
    }
    cache.learn(steady, 0);
    ExecutorService readers = Executors.newFixedThreadPool(READERS);
    try {
      List<Future<Long>> lookups = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        lookups.add(readers.submit(reader(i)));
      }
      try {
        write(steady);
      } finally {
        isDone = true;
      }
      for (Future<Long> count : lookups) {
        assertTrue(count.get() > 0);
      }
    } finally {
      readers.shutdownNow();
    }
    assertTrue(cache.counters().get(CacheCounter.EXPIRED) > ROUNDS, "addresses came and went");
  }

  private void write(List<Edge> steady) {
    SplittableRandom random = new SplittableRandom(1);
    Generation generation = published.generation();
    for (int round = 1; round <= ROUNDS; round++) {
      long nowNs = round * ROUND_NS;
      cache.learn(steady, nowNs);
      List<Edge> passing = new ArrayList<>();
      // Waves: some hundred rounds that add many, some hundred that add few.
      for (int i = round / 200 % 2 == 0 ? 40 : 2; i > 0; i--) {
        passing.add(edge(random.nextInt(PASSING), FIRST_PASSING, 1 + random.nextInt(20)));
      }
      cache.learn(passing, nowNs);
      cache.expire(nowNs, 100);
      if (round % 50 == 0) {
        int set = round / 50 % 500;
        generation = new Generation(set, cache.rematch(matcher(set), nowNs));
      }
      published = new Published(generation, nowNs);
    }
  }

  private Callable<Long> reader(int seed) {
    return () -> {
      SplittableRandom random = new SplittableRandom(seed);
      long lookups = 0;
      while (!isDone) {
        Published now = published;
        checkSteady(now, random.nextInt(STEADY));
        checkPassing(now, random.nextInt(PASSING));
        IpAddress unknown = IpAddress.ofIpv4(FIRST_UNKNOWN + random.nextInt(PASSING));
        assertEquals(null, now.generation().table().lookup(unknown.hi(), unknown.lo()));
        lookups += 3;
      }
      return lookups;
    };
  }

  private static void checkSteady(Published now, int number) {
    IpAddress address = IpAddress.ofIpv4(FIRST_STEADY + number);
    Memberships found = now.generation().table().lookup(address.hi(), address.lo());
    if (found == null || !found.contains(now.generation().set(), now.nowNs())) {
      throw new AssertionError(address + " lost in round " + now.nowNs() / ROUND_NS + ": " + found);
    }
    assertTrue(found.contains(1_000 + number, now.nowNs()), () -> "entry of another: " + found);
  }

  private static void checkPassing(Published now, int number) {
    IpAddress address = IpAddress.ofIpv4(FIRST_PASSING + number);
    Memberships found = now.generation().table().lookup(address.hi(), address.lo());
    if (found != null) {
      assertEquals(2, found.size());
      assertEquals(now.generation().set(), found.domainSet(0), "set of another policy");
      assertEquals(11_000 + number, found.domainSet(1), "entry of another address");
    }
  }
}
