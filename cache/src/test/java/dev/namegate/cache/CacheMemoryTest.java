// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.packet.dns.Edge;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a million learnt addresses of ten thousand names take: the heap as the JVM counts it. */
class CacheMemoryTest {
  private static final int NAMES = 10_000;
  private static final int ADDRESSES_PER_NAME = 100;
  private static final int ADDRESSES = NAMES * ADDRESSES_PER_NAME;
  private static final long TTL_SECONDS = 300;
  private static final int MOST_HEAP_OCTETS = 40;
  private static final int MOST_OCTETS = 140;

  private static final int[][] SETS = {{1}, {2, 7}, {3, 4, 9}};

  private static long heapOctets() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      least = Math.min(least, used);
    }
    return least;
  }

  private static AnswerLinks answer(int name, IntFunction<IpAddress> address) {
    List<Edge> edges = new ArrayList<>();
    DomainName owner = DomainName.parse("host-" + name + ".example.com");
    for (int i = 0; i < ADDRESSES_PER_NAME; i++) {
      int number = name * ADDRESSES_PER_NAME + i;
      edges.add(new AddressEdge(owner, address.apply(number), TTL_SECONDS));
    }
    return AnswerLinks.of(edges);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMillionAddressesTakeFortyOctetsOfHeapEach(boolean isIpv6) {
    IntFunction<IpAddress> address =
        isIpv6
            ? number -> new IpAddress(0x2001_0db8_0000_0000L, number)
            : number -> IpAddress.ofIpv4(0x0a00_0000 + number);
    CacheConfig config =
        new CacheConfig(NAMES, ADDRESSES, ADDRESSES_PER_NAME, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0);
    long before = heapOctets();
    DnsCache cache = new DnsCache(config, name -> SETS[name.toString().charAt(5) % SETS.length]);
    for (int name = 0; name < NAMES; name++) {
      assertEquals(
          ADDRESSES_PER_NAME, cache.learn(answer(name, address), name % 50, name * 1_000_000L));
    }
    double heap = (double) (heapOctets() - before) / ADDRESSES;
    double outside = (double) cache.octetsOutside() / ADDRESSES;
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f octets of heap for a learnt address, %.1f outside, %.1f in all%n",
        isIpv6 ? "IPv6" : "IPv4",
        heap,
        outside,
        heap + outside);

    assertEquals(ADDRESSES, cache.counters().get(CacheCounter.PUBLISHED));
    assertTrue(heap <= MOST_HEAP_OCTETS, "heap: " + heap);
    assertTrue(heap + outside <= MOST_OCTETS, "in all: " + (heap + outside));
  }
}
