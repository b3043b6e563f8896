// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An address that is kept because a connection to it lives. */
final class KeepTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final DomainName OWNER = DomainName.parse("www.example.test");
  private static final DomainName TARGET = DomainName.parse("edge.example.net");
  private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.1");
  private static final IpAddress OTHER = IpAddress.parse("192.0.2.2");

  private final DnsCache cache =
      new DnsCache(
          new CacheConfig(100, 100, 100, SECOND_NS, 1_000 * SECOND_NS, 0),
          name -> name.equals(OWNER) ? new int[] {4} : new int[0]);

  private boolean contains(IpAddress address, int set, long second) {
    Memberships found = cache.table().lookup(address.hi(), address.lo());
    return found != null && found.contains(set, second * SECOND_NS);
  }

  private boolean keep(long untilSecond, long nowSecond) {
    return cache.keep(DnsCache.ANYONE, ADDRESS, untilSecond * SECOND_NS, nowSecond * SECOND_NS);
  }

  private void expire(long second) {
    cache.expire(second * SECOND_NS, 100);
  }

  private void learnChain() {
    cache.learn(
        List.of(
            new AliasEdge(OWNER, TARGET, 10),
            new AddressEdge(TARGET, ADDRESS, 20),
            new AddressEdge(TARGET, OTHER, 20)),
        0);
  }

  @Test
  void outlivesItsNamesAgainAndAgainWhileOthersOfTheNameEnd() {
    learnChain();
    assertTrue(keep(12, 9));
    expire(10);
    assertTrue(contains(ADDRESS, 4, 11));
    assertFalse(contains(OTHER, 4, 11));
    assertTrue(keep(15, 11));
    expire(13);
    assertTrue(contains(ADDRESS, 4, 14));
    assertTrue(keep(25, 14));
    expire(21);
    assertEquals(0, cache.counters().get(CacheCounter.NAMES));
    assertTrue(contains(ADDRESS, 4, 24));
    assertEquals(1, cache.counters().get(CacheCounter.KEPT));

    expire(25);

    assertFalse(contains(ADDRESS, 4, 25));
    assertEquals(0, cache.counters().get(CacheCounter.KEPT));
    assertEquals(0, cache.counters().get(CacheCounter.PUBLISHED));
    assertEquals(0, cache.graph().addresses.size());
  }

  @Test
  void doesNotComeBackOnceItIsOver() {
    learnChain();
    expire(10);

    keep(30, 11);

    assertFalse(contains(ADDRESS, 4, 12));
    assertFalse(cache.keep(DnsCache.ANYONE, IpAddress.parse("192.0.2.9"), 30 * SECOND_NS, 0));
  }

  @Test
  void aNewAnswerTakesOver() {
    learnChain();
    keep(12, 9);
    expire(11);
    cache.learn(List.of(new AddressEdge(OWNER, ADDRESS, 100)), 11 * SECOND_NS);
    expire(12);

    assertTrue(contains(ADDRESS, 4, 110));
    assertFalse(contains(ADDRESS, 4, 111));
  }

  @Test
  void hasTheSetsOfItsNamesUnderAnotherPolicyAndNoneOfThoseItHad() {
    learnChain();
    keep(12, 9);
    expire(11);

    cache.rematch(name -> name.equals(OWNER) ? new int[] {7} : new int[0], 11 * SECOND_NS);
    assertTrue(contains(ADDRESS, 7, 11));
    assertFalse(contains(ADDRESS, 4, 11));

    cache.rematch(name -> new int[0], 11 * SECOND_NS);
    assertFalse(contains(ADDRESS, 7, 11));
  }

  @Test
  void isForgottenWithAllElse() {
    learnChain();
    keep(1_000, 9);

    cache.clear(10 * SECOND_NS);

    assertFalse(contains(ADDRESS, 4, 11));
    assertEquals(0, cache.counters().get(CacheCounter.KEPT));
  }

  @Test
  void whatEndsSoonIsFoundInTheTable() {
    learnChain();
    AddressTable table = cache.table();

    assertEquals(List.of(), table.endingBefore(9 * SECOND_NS, 0, 10));
    assertEquals(2, table.endingBefore(10 * SECOND_NS, 0, 10).size());
    assertEquals(1, table.endingBefore(10 * SECOND_NS, 0, 1).size());
    assertEquals(List.of(), table.endingBefore(20 * SECOND_NS, 10 * SECOND_NS, 10));
  }
}
