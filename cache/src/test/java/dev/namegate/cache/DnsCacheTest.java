// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static dev.namegate.cache.Answers.address;
import static dev.namegate.cache.Answers.alias;
import static dev.namegate.cache.Answers.isMember;
import static dev.namegate.cache.Answers.seconds;
import static dev.namegate.cache.Answers.sets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsCacheTest {
  private static final int SET_X = 1;
  private static final int SET_Z = 7;
  private static final String A1 = "192.0.2.1";
  private static final String A2 = "192.0.2.2";

  private static final NameMatcher MATCHER =
      sets(Map.of("x.test", new int[] {SET_X}, "z.test", new int[] {SET_Z}));

  private final DnsCache cache = new DnsCache(CacheConfig.DEFAULT, MATCHER);

  private void learn(double atSeconds, Edge... edges) {
    cache.learn(List.of(edges), seconds(atSeconds));
  }

  private boolean inX(String address, double atSeconds) {
    return isMember(cache.table(), address, SET_X, seconds(atSeconds));
  }

  private boolean inZ(String address, double atSeconds) {
    return isMember(cache.table(), address, SET_Z, seconds(atSeconds));
  }

  private void expireAll(double atSeconds) {
    while (cache.expire(seconds(atSeconds), 3) == 3) {}
  }

  private long count(CacheCounter counter) {
    return cache.counters().get(counter);
  }

  @Test
  void containsTheAddressUntilItsTtlIsOver() {
    int taught = cache.learn(List.of(address("x.test", A1, 10)), 0);

    assertEquals(1, taught);
    assertTrue(inX(A1, 0));
    assertTrue(inX(A1, 9.999_999_999));
    assertFalse(inX(A1, 10));
    assertFalse(inX(A2, 0), "neighbour");
    assertFalse(inZ(A1, 0), "other set");
  }

  @Test
  void learnsIpv6() {
    learn(0, address("x.test", "2001:db8::1", 10));

    assertTrue(inX("2001:db8::1", 1));
    assertFalse(inX("2001:db8::2", 1));
  }

  @Test
  void followsAChainInAnyOrderOfItsRecords() {
    List<Edge> chain =
        List.of(
            address("z.test", A1, 300),
            alias("y.test", "z.test", 300),
            alias("x.test", "y.test", 300));
    for (int[] order : new int[][] {{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {2, 0, 1}}) {
      DnsCache fresh = new DnsCache(CacheConfig.DEFAULT, MATCHER);

      fresh.learn(Arrays.stream(order).mapToObj(chain::get).toList(), 0);

      assertTrue(isMember(fresh.table(), A1, SET_X, 1), "the name asked for");
      assertTrue(isMember(fresh.table(), A1, SET_Z, 1), "the last alias counts as itself, too");
    }
  }

  /** Row L4. */
  @Test
  void endsWithTheShortestLinkOfTheChain() {
    learn(0, alias("x.test", "z.test", 2), address("z.test", A1, 300));

    assertTrue(inX(A1, 1.9));
    assertFalse(inX(A1, 2));
    assertTrue(inZ(A1, 299), "the alias's end does not shorten the name behind it");
  }

  @Test
  void combinesSeparateAnswers() {
    learn(0, alias("x.test", "y.test", 100), alias("y.test", "z.test", 50));
    learn(10, address("z.test", A1, 20));
    learn(20, address("z.test", A2, 100));

    assertTrue(inX(A1, 29));
    assertFalse(inX(A1, 30));
    assertTrue(inX(A2, 49));
    assertFalse(inX(A2, 50), "y.test → z.test is over");
    assertTrue(inZ(A2, 119));
  }

  @Test
  void takesTheLongestLivedOfSeveralPaths() {
    learn(0, address("x.test", A1, 10), alias("x.test", "y.test", 30), address("y.test", A1, 40));

    assertTrue(inX(A1, 29));
    assertFalse(inX(A1, 30));
  }

  @Test
  void renewalExtendsAndNeverShortens() {
    learn(0, address("x.test", A1, 10));
    learn(5, address("x.test", A1, 10));
    learn(6, address("x.test", A1, 2));

    assertTrue(inX(A1, 14));
    assertFalse(inX(A1, 15));
    assertEquals(1, count(CacheCounter.LEARNT));
    assertEquals(2, count(CacheCounter.RENEWED));
  }

  @Test
  void renewalOfAnAliasExtendsWhatIsBehindIt() {
    learn(
        0, alias("x.test", "y.test", 10), alias("y.test", "z.test", 90), address("z.test", A1, 90));
    learn(5, alias("x.test", "y.test", 60));

    assertTrue(inX(A1, 64));
    assertFalse(inX(A1, 65));
  }

  @Test
  void renewalAfterTheEndRevives() {
    learn(0, alias("x.test", "y.test", 2), address("y.test", A1, 300));
    assertFalse(inX(A1, 5));

    learn(5, alias("x.test", "y.test", 2));
    assertTrue(inX(A1, 6));

    expireAll(8);
    learn(8, alias("x.test", "y.test", 2));
    assertTrue(inX(A1, 9));
  }

  @Test
  void sharedAddressLivesAsLongAsTheLongerOfItsNames() {
    NameMatcher both = sets(Map.of("a.test", new int[] {1}, "b.test", new int[] {1}));
    cache.rematch(both, 0);
    learn(0, address("a.test", A1, 100));
    learn(0, address("b.test", A1, 5));
    assertTrue(inX(A1, 99));

    expireAll(6);
    assertTrue(inX(A1, 99));
    expireAll(100);
    assertNull(lookup(A1));
  }

  private @Nullable Memberships lookup(String address) {
    IpAddress ip = IpAddress.parse(address);
    return cache.table().lookup(ip.hi(), ip.lo());
  }

  @Test
  void toleratesLoops() {
    learn(
        0,
        alias("x.test", "x.test", 50),
        alias("x.test", "y.test", 50),
        alias("y.test", "z.test", 40),
        alias("z.test", "x.test", 50),
        address("z.test", A1, 60));

    assertTrue(inX(A1, 39));
    assertFalse(inX(A1, 40));
    assertTrue(inZ(A1, 59));
    expireAll(60);
    assertEquals(0, count(CacheCounter.NAMES));
    assertEquals(0, count(CacheCounter.ALIASES));
  }

  @Test
  void followsSixteenAliasesAndNoMore() {
    List<Edge> chain = new ArrayList<>();
    chain.add(alias("x.test", "n1.test", 300));
    for (int i = 1; i < 17; i++) {
      chain.add(alias("n" + i + ".test", "n" + (i + 1) + ".test", 300));
    }
    chain.add(address("n16.test", A1, 300));
    chain.add(address("n17.test", A2, 300));
    cache.learn(chain, 0);

    assertTrue(inX(A1, 1));
    assertFalse(inX(A2, 1));

    learn(1, alias("x.test", "n2.test", 10));
    assertTrue(inX(A2, 2), "a shorter path, as long as it lasts");
    assertFalse(inX(A2, 11));
    assertTrue(inX(A1, 299), "the longer path lasts longer");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 0x8000_0000L, 0xffff_ffffL})
  void countsTtlsOfZeroAsTheFloor(long ttlSeconds) {
    learn(0, address("x.test", A1, ttlSeconds));

    assertTrue(inX(A1, 0.999));
    assertFalse(inX(A1, 1));
  }

  @Test
  void cutsTtlsAtTheCap() {
    learn(0, address("x.test", A1, 1_000_000));

    assertTrue(inX(A1, 86_399));
    assertFalse(inX(A1, 86_400));
  }

  /** Row L10. */
  @Test
  void addsTheExtraTtlToEveryLink() {
    CacheConfig config = new CacheConfig(100, 100, 100, 1, seconds(86_400), seconds(10));
    DnsCache extra = new DnsCache(config, MATCHER);
    extra.learn(List.of(alias("x.test", "y.test", 2), address("y.test", A1, 2)), 0);

    assertTrue(isMember(extra.table(), A1, SET_X, seconds(11.9)));
    assertFalse(isMember(extra.table(), A1, SET_X, seconds(12)));
  }

  @Test
  void comparesTimesAcrossTheOverflowOfTheClock() {
    long start = Long.MAX_VALUE - seconds(5);
    cache.learn(List.of(alias("x.test", "y.test", 10), address("y.test", A1, 20)), start);

    assertTrue(isMember(cache.table(), A1, SET_X, start + seconds(9)));
    assertFalse(isMember(cache.table(), A1, SET_X, start + seconds(10)));
    assertEquals(0, cache.expire(start + seconds(9), 10));
    assertEquals(1, cache.expire(start + seconds(10), 10));
    assertEquals(1, cache.expire(start + seconds(20), 10));
    assertEquals(0, count(CacheCounter.NAMES));
  }

  @Test
  void expireDropsNoMoreThanItsBudget() {
    for (int i = 0; i < 10; i++) {
      learn(0, address("n" + i + ".test", A1, 10));
    }

    assertEquals(4, cache.expire(seconds(10), 4));
    assertEquals(6, count(CacheCounter.ADDRESSES));
    assertEquals(6, cache.expire(seconds(10), 100));
    assertEquals(10, count(CacheCounter.EXPIRED));
    assertEquals(0, count(CacheCounter.NAMES));
  }

  @Test
  void expireLeavesNothingBehind() {
    learn(
        0, alias("x.test", "y.test", 10), alias("y.test", "z.test", 20), address("z.test", A1, 15));

    expireAll(20);

    assertEquals(0, cache.graph().names.size());
    assertEquals(0, cache.graph().addresses.size());
    assertEquals(0, cache.graph().aliasLinks());
    assertEquals(0, cache.graph().addressLinks());
    assertEquals(0, count(CacheCounter.PUBLISHED));
    assertTrue(cache.known(seconds(20)).isEmpty());
  }

  @Test
  void tableForgetsAnAddressWhoseClaimsEndBeforeIt() {
    learn(0, alias("x.test", "y.test", 2), address("y.test", A1, 300));
    assertNotNull(lookup(A1));

    expireAll(2);

    assertNull(lookup(A1));
    assertEquals(1, count(CacheCounter.ADDRESSES));
  }

  @Test
  void tableHoldsOnlyAddressesWithADomainSet() {
    learn(0, address("other.test", A1, 300));

    assertNull(lookup(A1));
    assertEquals(0, count(CacheCounter.PUBLISHED));
    assertEquals(1, count(CacheCounter.ADDRESSES));
  }

  @Test
  void asksTheMatcherOncePerName() {
    List<DomainName> asked = new ArrayList<>();
    DnsCache counting =
        new DnsCache(
            CacheConfig.DEFAULT,
            name -> {
              asked.add(name);
              return new int[] {3};
            });

    for (int i = 0; i < 3; i++) {
      counting.learn(List.of(alias("x.test", "y.test", 10), address("y.test", A1, 10)), i);
    }

    assertEquals(List.of(DomainName.parse("x.test"), DomainName.parse("y.test")), asked);
  }

  /** Row L21. */
  @Test
  void rematchAppliesANewPolicyToWhatIsKnown() {
    learn(0, alias("x.test", "y.test", 100), address("y.test", A1, 100));
    AddressTable old = cache.table();
    NameMatcher next = sets(Map.of("y.test", new int[] {SET_X}, "x.test", new int[] {4, 5}));

    AddressTable fresh = cache.rematch(next, seconds(1));

    assertSame(fresh, cache.table());
    assertSame(next, fresh.matcher());
    assertTrue(isMember(fresh, A1, SET_X, seconds(2)));
    assertTrue(isMember(fresh, A1, 4, seconds(2)));
    assertTrue(isMember(fresh, A1, 5, seconds(2)));
    assertSame(MATCHER, old.matcher());
    assertFalse(isMember(old, A1, 4, seconds(2)), "the old table has the old ids");
    assertTrue(isMember(old, A1, SET_X, seconds(2)));
  }

  @Test
  void rematchLeavesTheOldTableAsItWas() {
    learn(0, address("x.test", A1, 100));
    AddressTable old = cache.table();

    cache.rematch(MATCHER, seconds(1));
    learn(2, address("x.test", A2, 10), address("x.test", A1, 500));
    expireAll(600);

    assertFalse(isMember(old, A2, SET_X, seconds(3)));
    assertTrue(isMember(old, A1, SET_X, seconds(99)));
    assertFalse(isMember(old, A1, SET_X, seconds(100)));
  }

  /** Few names change: what follows from them changes, over aliases too, and nothing else does. */
  @Test
  void rematchOfOneNameAmongManyChangesWhatIsBehindIt() {
    for (int i = 0; i < 20; i++) {
      learn(0, address("n" + i + ".test", "192.0.2." + (100 + i), 100));
    }
    learn(0, alias("n0.test", "y.test", 50), address("y.test", A1, 100));
    NameMatcher next = sets(Map.of("n0.test", new int[] {9}));
    cache.rematch(name -> new int[0], seconds(1));
    AddressTable old = cache.table();

    AddressTable fresh = cache.rematch(next, seconds(1));

    assertTrue(isMember(fresh, A1, 9, seconds(49)));
    assertFalse(isMember(fresh, A1, 9, seconds(51)), "as long as the alias");
    assertTrue(isMember(fresh, "192.0.2.100", 9, seconds(99)));
    assertEquals(2, count(CacheCounter.PUBLISHED));
    assertFalse(isMember(old, A1, 9, seconds(2)));

    cache.rematch(name -> new int[0], seconds(2));
    assertEquals(0, count(CacheCounter.PUBLISHED));
    assertTrue(isMember(fresh, A1, 9, seconds(3)));
  }

  @Test
  void rematchOfNamesThatAreGivenAsksForNoOthers() {
    for (int i = 0; i < 20; i++) {
      learn(0, address("n" + i + ".test", "192.0.2." + (100 + i), 100));
    }
    learn(0, alias("n0.test", "y.test", 50), address("y.test", A1, 100));
    cache.rematch(name -> new int[0], seconds(1));
    AddressTable old = cache.table();
    NameMatcher next = sets(Map.of("n0.test", new int[] {9}));
    List<DomainName> affected =
        List.of(DomainName.parse("n0.test"), DomainName.parse("unknown.test"));

    AddressTable fresh = cache.rematch(next, affected, seconds(1));

    assertSame(fresh, cache.table());
    assertSame(next, fresh.matcher());
    assertTrue(isMember(fresh, A1, 9, seconds(49)));
    assertTrue(isMember(fresh, "192.0.2.100", 9, seconds(99)));
    assertEquals(2, count(CacheCounter.PUBLISHED));
    assertFalse(isMember(old, A1, 9, seconds(2)));
    learn(2, address("n0.test", A2, 10));
    assertTrue(isMember(cache.table(), A2, 9, seconds(3)));
  }

  @Test
  void rematchThatRemovesAllSetsEmptiesTheTable() {
    learn(0, alias("x.test", "y.test", 100), address("y.test", A1, 100));

    cache.rematch(name -> new int[0], seconds(1));

    assertNull(lookup(A1));
    assertEquals(1, count(CacheCounter.ADDRESSES), "what was learnt stays");
    cache.rematch(MATCHER, seconds(2));
    assertTrue(inX(A1, 3));
  }

  @Test
  void refusesSetsThatAreNotAscending() {
    for (int[] sets : new int[][] {{2, 1}, {1, 1}, {-1}, {NameMatcher.MAX_DOMAIN_SET + 1}}) {
      DnsCache strict = new DnsCache(CacheConfig.DEFAULT, name -> sets);
      List<Edge> chain = List.of(address("x.test", A1, 1));

      assertThrows(IllegalArgumentException.class, () -> strict.learn(chain, 0));
      assertEquals(0, strict.graph().names.size());
    }
  }

  @Test
  void failingMatcherLeavesTheCacheAsItWas() {
    learn(0, address("x.test", A1, 100));
    NameMatcher failing =
        name -> {
          throw new IllegalStateException("matcher");
        };
    AddressTable before = cache.table();

    assertThrows(IllegalStateException.class, () -> cache.rematch(failing, seconds(1)));

    assertSame(before, cache.table());
    learn(1, address("x.test", A2, 100));
    assertTrue(inX(A2, 2));
  }

  @Test
  void failingMatcherStopsAnAnswerBetweenItsEdges() {
    DnsCache failing =
        new DnsCache(
            CacheConfig.DEFAULT,
            name -> {
              if (name.equals(DomainName.parse("bad.test"))) {
                throw new IllegalStateException("matcher");
              }
              return new int[] {SET_X};
            });
    List<Edge> chain = List.of(address("x.test", A1, 9), alias("x.test", "bad.test", 9));

    assertThrows(IllegalStateException.class, () -> failing.learn(chain, 0));

    assertTrue(isMember(failing.table(), A1, SET_X, 1));
    assertEquals(1, failing.expire(seconds(9), 10));
    assertEquals(0, failing.graph().names.size());
  }

  @Test
  void tellsWhatIsKnownAndHowLong() {
    learn(0, alias("x.test", "y.test", 100), address("y.test", A1, 5), address("y.test", A2, 50));

    Set<KnownLink> known = new HashSet<>(cache.known(seconds(5.5)));

    assertEquals(
        Set.of(
            new KnownLink(alias("x.test", "y.test", 0), DnsCache.ANYONE, seconds(94.5)),
            new KnownLink(address("y.test", A2, 0), DnsCache.ANYONE, seconds(44.5))),
        known);
  }
}
