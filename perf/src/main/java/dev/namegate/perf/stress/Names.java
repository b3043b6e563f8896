// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.stress;

import dev.namegate.cache.AddressTable;
import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.DnsCache;
import dev.namegate.cache.Memberships;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.Edge;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Names with one address each, in two domain sets that tell whose they are: address {@code n} is in
 * the sets {@code generation} and {@code 1,000 + n}.
 */
final class Names {
  static final int ABSENT = 0;
  static final int FOUND = 1;

  /** An entry of another address, of another policy, or half of one. */
  static final int TORN = -1;

  private static final int FIRST_OWN_SET = 1_000;
  private static final int FIRST_ADDRESS = 0x0a00_0000;
  private static final int MAX_NAMES = 100;
  private static final long SECOND_NS = 1_000_000_000L;

  private Names() {}

  static DnsCache newCache() {
    return new DnsCache(
        new CacheConfig(MAX_NAMES, MAX_NAMES, MAX_NAMES, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0),
        name -> setsOf(name, 0));
  }

  static int[] setsOf(DomainName name, int generation) {
    return new int[] {generation, FIRST_OWN_SET + Integer.parseInt(name.labels().get(0))};
  }

  static List<Edge> answer(int number, long ttlSeconds) {
    return List.of(edge(number, ttlSeconds));
  }

  static List<Edge> answer(int from, int end, long ttlSeconds) {
    return IntStream.range(from, end).mapToObj(number -> edge(number, ttlSeconds)).toList();
  }

  private static Edge edge(int number, long ttlSeconds) {
    DomainName name = DomainName.parse(number + ".test");
    return new AddressEdge(name, IpAddress.ofIpv4(FIRST_ADDRESS + number), ttlSeconds);
  }

  static long seconds(long seconds) {
    return seconds * SECOND_NS;
  }

  /** {@link #FOUND}, {@link #ABSENT} or {@link #TORN}. */
  static int look(AddressTable table, int number, int generation) {
    IpAddress address = IpAddress.ofIpv4(FIRST_ADDRESS + number);
    Memberships found = table.lookup(address.hi(), address.lo());
    if (found == null) {
      return ABSENT;
    }
    boolean whole =
        found.size() == 2
            && found.domainSet(0) == generation
            && found.domainSet(1) == FIRST_OWN_SET + number
            && found.expiryNs(0) > 0
            && found.expiryNs(1) > 0;
    return whole ? FOUND : TORN;
  }
}
