// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What one cache knew, in another one; and what is left after it forgets. */
final class RestoreTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final DomainName OWNER = DomainName.parse("www.example.test");
  private static final DomainName TARGET = DomainName.parse("edge.example.net");
  private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.1");
  private static final NameMatcher MATCHER =
      name -> name.equals(OWNER) ? new int[] {4} : new int[0];

  private static DnsCache cache(long extraTtlNs) {
    return new DnsCache(
        new CacheConfig(100, 100, 100, SECOND_NS, 100 * SECOND_NS, extraTtlNs), MATCHER);
  }

  private static boolean contains(DnsCache cache, long nowNs) {
    Memberships found = cache.table().lookup(ADDRESS.hi(), ADDRESS.lo());
    return found != null && found.contains(4, nowNs);
  }

  private static DnsCache taught() {
    DnsCache cache = cache(10 * SECOND_NS);
    cache.learn(List.of(new AliasEdge(OWNER, TARGET, 20), new AddressEdge(TARGET, ADDRESS, 50)), 0);
    return cache;
  }

  @Test
  void anotherCacheKnowsTheSameForAsLong() {
    List<KnownLink> known = taught().known(5 * SECOND_NS);
    assertEquals(
        Set.of(
            new KnownLink(new AliasEdge(OWNER, TARGET, 0), 0, 25 * SECOND_NS),
            new KnownLink(new AddressEdge(TARGET, ADDRESS, 0), 0, 55 * SECOND_NS)),
        Set.copyOf(known));

    DnsCache other = cache(10 * SECOND_NS);
    long nowNs = 7_000 * SECOND_NS;
    other.restore(known, nowNs);

    assertTrue(contains(other, nowNs + 25 * SECOND_NS - 1));
    assertFalse(contains(other, nowNs + 25 * SECOND_NS));
  }

  @Test
  void nothingLastsLongerThanItCouldHereAndNothingThatIsOverComesBack() {
    DnsCache other = cache(0);
    other.restore(
        List.of(
            new KnownLink(new AddressEdge(OWNER, ADDRESS, 0), 0, 1_000 * SECOND_NS),
            new KnownLink(new AddressEdge(OWNER, IpAddress.parse("192.0.2.2"), 0), 0, 0)),
        0);

    assertTrue(contains(other, 100 * SECOND_NS - 1));
    assertFalse(contains(other, 100 * SECOND_NS));
    assertEquals(1, other.known(0).size());
  }

  @Test
  void forgetsAllAndLearnsAnew() {
    DnsCache cache = taught();
    AddressTable before = cache.table();

    assertEquals(cache.clear(SECOND_NS), cache.table());

    assertNull(cache.table().lookup(ADDRESS.hi(), ADDRESS.lo()));
    assertNotNull(before.lookup(ADDRESS.hi(), ADDRESS.lo()));
    assertEquals(List.of(), cache.known(SECOND_NS));
    assertEquals(0, cache.counters().get(CacheCounter.NAMES));
    assertEquals(0, cache.counters().get(CacheCounter.PUBLISHED));
    assertEquals(0, cache.expire(1_000 * SECOND_NS, 100));
    cache.learn(List.of(new AddressEdge(OWNER, ADDRESS, 50)), SECOND_NS);
    assertTrue(contains(cache, 2 * SECOND_NS));
  }
}
