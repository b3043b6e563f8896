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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a million learnt addresses take, of few names and of many: the heap as the JVM counts it.
 */
class CacheMemoryTest {
  private static final int ADDRESSES = 1_000_000;
  private static final long TTL_SECONDS = 300;

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

  private static AnswerLinks answer(int name, int perName, IntFunction<IpAddress> address) {
    List<Edge> edges = new ArrayList<>();
    DomainName owner = DomainName.parse("host-" + name + ".example.com");
    for (int i = 0; i < perName; i++) {
      int number = name * perName + i;
      edges.add(new AddressEdge(owner, address.apply(number), TTL_SECONDS));
    }
    return AnswerLinks.of(edges);
  }

  @ParameterizedTest
  @CsvSource({
    "false, 100, 27, 130",
    "true, 100, 36, 140",
    "false, 10, 28, 140",
    "true, 10, 37, 150"
  })
  void aMillionAddressesTakeSoManyOctets(boolean isIpv6, int perName, int mostHeap, int mostInAll) {
    int names = ADDRESSES / perName;
    IntFunction<IpAddress> address =
        isIpv6
            ? number -> new IpAddress(0x2001_0db8_0000_0000L, number)
            : number -> IpAddress.ofIpv4(0x0a00_0000 + number);
    CacheConfig config =
        new CacheConfig(names, ADDRESSES, perName, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0);
    long before = heapOctets();
    DnsCache cache = new DnsCache(config, name -> SETS[name.toString().charAt(5) % SETS.length]);
    for (int name = 0; name < names; name++) {
      assertEquals(
          perName, cache.learn(answer(name, perName, address), name % 50, name * 100_000L));
    }
    double heap = (double) (heapOctets() - before) / ADDRESSES;
    double outside = (double) cache.octetsOutside() / ADDRESSES;
    System.out.printf(
        Locale.ROOT,
        "%s, %d to a name: %.1f octets of heap for a learnt address, %.1f outside, %.1f in all%n",
        isIpv6 ? "IPv6" : "IPv4",
        perName,
        heap,
        outside,
        heap + outside);

    assertEquals(ADDRESSES, cache.counters().get(CacheCounter.PUBLISHED));
    assertTrue(heap <= mostHeap, "heap: " + heap);
    assertTrue(heap + outside <= mostInAll, "in all: " + (heap + outside));
  }
}
