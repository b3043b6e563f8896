// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static dev.namegate.cache.Answers.address;
import static dev.namegate.cache.Answers.alias;
import static dev.namegate.cache.Answers.isMember;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.Edge;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who asks for much pushes out his own, and not what others use. */
class FairnessTest {
  private static final int SET = 0;
  private static final int GREEDY = 1;
  private static final int MODEST = 2;
  private static final int OTHER = 3;

  private final CacheConfig config =
      new CacheConfig(1_000, 1_000, 100, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0);

  private final DnsCache cache = new DnsCache(config, name -> new int[] {SET});

  private static String ip(int n) {
    return IpAddress.ofIpv4(0x0a00_0000 + n).toString();
  }

  private static List<Edge> answer(String name, int address, long ttlSeconds) {
    return List.of(address(name, ip(address), ttlSeconds));
  }

  private void flood(int client, int names) {
    for (int i = 0; i < names; i++) {
      cache.learn(answer("n" + i + ".flood.test", 1_000_000 + i, 3_600), client, i);
    }
  }

  private boolean isOpen(int address) {
    return isMember(cache.table(), ip(address), SET, 1_000_000);
  }

  @Test
  void millionNamesOfOneClientLeaveWhatOthersUse() {
    for (int i = 0; i < 100; i++) {
      cache.learn(answer("used" + i + ".test", i, 30), MODEST, 0);
    }
    cache.learn(
        List.of(alias("www.test", "edge.test", 30), address("edge.test", ip(200), 30)), OTHER, 0);

    flood(GREEDY, 1_000_000);

    for (int i = 0; i < 100; i++) {
      assertTrue(isOpen(i), "address " + i);
    }
    assertTrue(isOpen(200));
    CacheInvariants.check(cache, config);
    assertEquals(1_000, cache.counters().get(CacheCounter.NAMES));
  }

  @Test
  void whatOthersUseTooIsChargedToWhoeverHasFewer() {
    flood(GREEDY, 500);
    cache.learn(answer("shared.test", 1, 10), GREEDY, 500);

    cache.learn(answer("shared.test", 1, 10), MODEST, 501);
    cache.learn(answer("shared.test", 1, 10), GREEDY, 502);
    flood(GREEDY, 5_000);

    assertTrue(isOpen(1));
    CacheInvariants.check(cache, config);
  }

  @Test
  void whoAsksLaterGetsHisPartOfAFullCache() {
    flood(GREEDY, 2_000);

    for (int i = 0; i < 400; i++) {
      cache.learn(answer("late" + i + ".test", i, 5), MODEST, 3_000 + i);
    }

    for (int i = 0; i < 400; i++) {
      assertTrue(isOpen(i), "address " + i);
    }
    assertEquals(0, cache.counters().get(CacheCounter.REFUSED));
  }

  @Test
  void clientThatIsAloneHasAllTheRoom() {
    flood(GREEDY, 1_000);

    assertEquals(0, cache.counters().get(CacheCounter.EVICTED_ADDRESSES));
    assertEquals(1_000, cache.counters().get(CacheCounter.ADDRESSES));
  }

  @Test
  void clientsOfAPerClientCacheShareItsLimitsToo() {
    CacheConfig perClient =
        new CacheConfig(1_000, 1_000, 100, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0, true);
    DnsCache scoped = new DnsCache(perClient, name -> new int[] {SET});
    scoped.learn(answer("used.test", 1, 30), MODEST, 0);

    for (int i = 0; i < 5_000; i++) {
      scoped.learn(answer("n" + i + ".flood.test", 1_000_000 + i, 3_600), GREEDY, i);
    }

    IpAddress used = IpAddress.parse(ip(1));
    assertTrue(scoped.table().lookup(MODEST, used.hi(), used.lo()) != null);
    assertFalse(scoped.table().lookup(GREEDY, used.hi(), used.lo()) != null);
    assertEquals(1_000, scoped.counters().get(CacheCounter.NAMES));
    CacheInvariants.check(scoped, perClient);
  }

  @Test
  void walkInStepsMeetsEveryLinkOnceAndKnowsItsClient() {
    cache.learn(answer("a.test", 1, 30), MODEST, 0);
    flood(GREEDY, 500);
    KnownLinks walk = cache.known();
    int steps = 0;
    int ofModest = 0;
    int met = 0;

    while (walk.hasNext()) {
      for (KnownLink link : walk.next(100, 1_000)) {
        met++;
        ofModest += link.client() == MODEST ? 1 : 0;
      }
      cache.learn(answer("between" + steps++ + ".test", 7, 30), OTHER, 1_000);
    }

    assertEquals(6, steps);
    assertEquals(501, met);
    assertEquals(1, ofModest);
  }

  @Test
  void walkEndsWhenAllIsForgotten() {
    flood(GREEDY, 500);
    KnownLinks walk = cache.known();
    assertEquals(100, walk.next(100, 1_000).size());

    cache.clear(1_000);

    assertFalse(walk.hasNext());
    assertEquals(List.of(), walk.next(100, 1_000));
  }

  @Test
  void countsWhatIsNotFollowedBeyondTheDeepestAlias() {
    DnsCache deep =
        new DnsCache(config, name -> name.toString().equals("c0") ? new int[] {SET} : new int[0]);
    for (int i = 0; i < 20; i++) {
      deep.learn(List.of(alias("c" + i, "c" + (i + 1), 60)), 0);
    }

    deep.learn(List.of(address("c16", ip(1), 60), address("c17", ip(2), 60)), 0);

    assertTrue(isMember(deep.table(), ip(1), SET, 1));
    assertFalse(isMember(deep.table(), ip(2), SET, 1));
    assertEquals(1, deep.counters().get(CacheCounter.TOO_DEEP));
  }
}
