// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static dev.namegate.cache.Answers.address;
import static dev.namegate.cache.Answers.alias;
import static dev.namegate.cache.Answers.isMember;
import static dev.namegate.cache.Answers.seconds;
import static dev.namegate.packet.DomainName.parse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DnsCacheBoundsTest {
  private static final int SET = 1;
  private static final int[] NONE = {};

  /** Names that begin with "in" are in the set. */
  private static final NameMatcher MATCHER =
      name -> name.toString().startsWith("in") ? new int[] {SET} : NONE;

  private static DnsCache cache(int maxNames, int maxAddresses, int maxAddressesPerName) {
    return new DnsCache(
        new CacheConfig(
            maxNames, maxAddresses, maxAddressesPerName, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0),
        MATCHER);
  }

  private static String known(DnsCache cache) {
    Names names = cache.graph().names;
    return IntStream.range(1, names.end())
        .filter(names::isLive)
        .mapToObj(name -> names.name(name).toString())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static String ip(int n) {
    return IpAddress.ofIpv4(0x0a00_0000 + n).toString();
  }

  @Test
  void namesOfNoDomainSetGoFirstTheSoonestToExpireFirst() {
    DnsCache cache = cache(4, 100, 10);
    cache.learn(
        List.of(
            address("in1", ip(1), 5),
            address("out1", ip(2), 30),
            address("out2", ip(3), 20),
            address("in2", ip(4), 3)),
        0);

    cache.learn(List.of(address("new1", ip(5), 1)), 0);
    assertEquals("in1 in2 new1 out1", known(cache));

    cache.learn(List.of(address("new2", ip(6), 100)), 0);
    assertEquals("in1 in2 new2 out1", known(cache));

    cache.learn(List.of(address("in3", ip(7), 100), address("in4", ip(8), 100)), 0);
    assertEquals("in1 in2 in3 in4", known(cache));

    cache.learn(List.of(address("in5", ip(9), 1)), 0);
    assertEquals("in1 in3 in4 in5", known(cache));
    assertEquals(5, cache.counters().get(CacheCounter.EVICTED_NAMES));
    assertEquals(5, cache.counters().get(CacheCounter.EVICTED_ADDRESSES));
  }

  @Test
  void renewalPutsOffEviction() {
    DnsCache cache = cache(2, 100, 10);
    cache.learn(List.of(address("out1", ip(1), 10)), 0);
    cache.learn(List.of(address("out2", ip(2), 20)), 0);
    cache.learn(List.of(address("out1", ip(1), 30)), 0);

    cache.learn(List.of(address("out3", ip(3), 10)), 0);

    assertEquals("out1 out3", known(cache));
  }

  @Test
  void namesThatASetReachesGoLateUntilTheAliasIsOver() {
    DnsCache cache = cache(3, 100, 10);
    cache.learn(List.of(alias("in1", "cdn", 10), address("cdn", ip(1), 20)), 0);
    cache.learn(List.of(address("out1", ip(2), 30)), 0);

    cache.learn(List.of(address("out2", ip(3), 30)), 0);
    assertEquals("cdn in1 out2", known(cache));

    cache.expire(seconds(10), 10);
    cache.learn(List.of(address("in2", ip(4), 30)), seconds(10));
    assertEquals("cdn in2 out2", known(cache), "in1 went with its alias");

    cache.learn(List.of(address("in3", ip(5), 30)), seconds(10));
    assertEquals("in2 in3 out2", known(cache), "no set reaches cdn any more");
  }

  @Test
  void whatIsOverGoesBeforeWhatIsNot() {
    DnsCache cache = cache(2, 100, 10);
    cache.learn(List.of(address("in1", ip(1), 5), address("out1", ip(2), 90)), 0);

    cache.learn(List.of(address("out2", ip(3), 90)), seconds(5));

    assertEquals("out1 out2", known(cache));
    assertEquals(0, cache.counters().get(CacheCounter.EVICTED_NAMES));
    assertEquals(1, cache.counters().get(CacheCounter.EXPIRED));
  }

  @Test
  void addressesAreBoundedBySoonestExpiry() {
    DnsCache cache = cache(100, 3, 10);
    cache.learn(
        List.of(address("out1", ip(1), 30), address("out1", ip(2), 20), address("in1", ip(3), 10)),
        0);

    cache.learn(List.of(address("in2", ip(4), 10), address("in2", ip(5), 10)), 0);

    assertEquals("in1 in2", known(cache));
    assertEquals(3, cache.counters().get(CacheCounter.ADDRESSES));
    assertTrue(isMember(cache.table(), ip(3), SET, 1));
    assertTrue(isMember(cache.table(), ip(5), SET, 1));
  }

  @Test
  void evictionOfAnAddressTakesItOutOfTheSet() {
    DnsCache cache = cache(100, 2, 10);
    cache.learn(List.of(address("in1", ip(1), 10), address("in2", ip(1), 20)), 0);
    cache.learn(List.of(address("in3", ip(3), 20)), 0);
    assertTrue(isMember(cache.table(), ip(1), SET, seconds(19)), "in2 has it still");

    cache.learn(List.of(address("in3", ip(4), 5)), 0);

    assertFalse(isMember(cache.table(), ip(1), SET, 1));
    assertNull(cache.table().lookup(0, IpAddress.parse(ip(1)).lo()));
  }

  @Test
  void evictionOfTheLongerLinkLeavesTheShorterOnesTime() {
    DnsCache cache = cache(100, 2, 1);
    cache.learn(List.of(address("in1", ip(1), 10)), 0);
    cache.learn(List.of(address("in2", ip(1), 50)), 0);

    cache.learn(List.of(address("in2", ip(2), 5)), 0);

    assertTrue(isMember(cache.table(), ip(1), SET, seconds(9)));
    assertFalse(isMember(cache.table(), ip(1), SET, seconds(10)));
    assertEquals(1, cache.counters().get(CacheCounter.DISPLACED_IN_NAME));
  }

  @Test
  void evictionOfAnAliasTakesBackWhatOnlyItGave() {
    DnsCache cache = cache(5, 100, 10);
    cache.learn(List.of(alias("in1", "a", 10), alias("a", "b", 90), address("b", ip(1), 90)), 0);
    cache.learn(List.of(alias("in2", "b", 20)), 0);
    assertTrue(isMember(cache.table(), ip(1), SET, seconds(19)));

    // The soonest of the claimed: in1 → a; from then on no set reaches a, so it goes next.
    cache.learn(List.of(address("in3", ip(3), 90), address("in4", ip(4), 90)), 0);
    assertEquals("a b in2 in3 in4", known(cache));
    assertTrue(isMember(cache.table(), ip(1), SET, seconds(19)), "by way of in2");
    cache.learn(List.of(address("in5", ip(5), 90)), 0);
    assertEquals("b in2 in3 in4 in5", known(cache));

    cache.learn(List.of(address("in6", ip(6), 90)), 0);
    assertEquals("b in3 in4 in5 in6", known(cache));
    assertFalse(isMember(cache.table(), ip(1), SET, 1), "in2 → b is gone");
    cache.learn(List.of(address("in7", ip(7), 90)), 0);
    assertEquals("in3 in4 in5 in6 in7", known(cache));
  }

  @Test
  void evictionInALoopLeavesNoClaimThatSupportsItself() {
    DnsCache cache = cache(4, 100, 10);
    cache.learn(
        List.of(
            alias("in1", "a", 10),
            alias("a", "b", 90),
            alias("b", "a", 90),
            address("b", ip(1), 90)),
        0);
    cache.learn(List.of(address("in2", ip(2), 90)), 0);
    assertTrue(isMember(cache.table(), ip(1), SET, seconds(9)));

    cache.learn(List.of(address("in3", ip(3), 90)), 0);

    assertEquals("a b in2 in3", known(cache));
    assertFalse(isMember(cache.table(), ip(1), SET, 1));
  }

  @Test
  void anAnswerIsLearntWholeEvenIfItExpiresFirst() {
    DnsCache cache = cache(5, 4, 10);
    for (int i = 0; i < 5; i++) {
      cache.learn(List.of(address("in" + i, ip(i), 1000)), 0);
    }

    cache.learn(
        List.of(alias("inx", "y", 1), alias("y", "z", 1), address("z", ip(90), 1)), seconds(1));

    assertTrue(isMember(cache.table(), ip(90), SET, seconds(1.5)));
  }

  @Test
  void refusesWhatOneAnswerHasBeyondTheBounds() {
    DnsCache cache = cache(3, 4, 10);
    List<Edge> chain = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      chain.add(address("in" + i % 2, ip(i), 10));
    }
    chain.add(alias("in0", "in1", 10));
    chain.add(alias("in0", "in2", 10));
    chain.add(alias("in0", "in3", 10));

    assertEquals(4, cache.learn(chain, 0));

    assertEquals("in0 in1 in2", known(cache));
    assertEquals(5, cache.counters().get(CacheCounter.REFUSED));
    assertEquals(6, cache.expire(seconds(10), 100));
    assertEquals("", known(cache));
  }

  @Test
  void aNameKeepsItsNewestAddresses() {
    DnsCache cache = cache(100, 100, 3);
    for (int i = 0; i < 5; i++) {
      cache.learn(List.of(address("in1", ip(i), 100)), seconds(i));
    }

    for (int i = 0; i < 5; i++) {
      assertEquals(i >= 2, isMember(cache.table(), ip(i), SET, seconds(5)), ip(i));
    }
    assertEquals(2, cache.counters().get(CacheCounter.DISPLACED_IN_NAME));
    assertEquals(2, cache.counters().get(CacheCounter.EVICTED_ADDRESSES));
  }

  @Test
  void oneAnswerTeachesANameNoMoreThanItsBound() {
    DnsCache cache = cache(100, 100, 3);
    List<Edge> chain = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      chain.add(address("in1", ip(i), 100));
    }

    assertEquals(3, cache.learn(chain, 0));
    assertEquals(2, cache.counters().get(CacheCounter.REFUSED_IN_NAME));
  }

  @Test
  void aNameKeepsItsNewestAliases() {
    DnsCache cache = cache(100, 100, 10);
    for (int i = 0; i <= CacheConfig.MAX_ALIASES_PER_NAME; i++) {
      cache.learn(List.of(alias("in1", "a" + i, 100), address("a" + i, ip(i), 100)), seconds(i));
    }

    assertFalse(isMember(cache.table(), ip(0), SET, seconds(10)));
    assertTrue(isMember(cache.table(), ip(1), SET, seconds(10)));
    assertEquals(1, cache.counters().get(CacheCounter.EVICTED_ALIASES));
    assertNotEquals(0, cache.graph().name(0, parse("a0")), "its address is known still");
  }

  @Test
  void refusesConfigurationsThatCannotWork() {
    assertThrows(IllegalArgumentException.class, () -> cache(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> cache(1, -1, 1));
    assertThrows(IllegalArgumentException.class, () -> cache(1, 1, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new CacheConfig(1, 1, 1, 0, 1, 0), "no floor");
    assertThrows(IllegalArgumentException.class, () -> new CacheConfig(1, 1, 1, 5, 4, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new CacheConfig(1, 1, 1, 1, Long.MAX_VALUE, 0));
    assertThrows(IllegalArgumentException.class, () -> new CacheConfig(1, 1, 1, 1, 1, -1));
  }
}
