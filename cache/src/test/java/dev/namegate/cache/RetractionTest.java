// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of losses before their time. */
class RetractionTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final List<String> told = new ArrayList<>();
  private final DnsCache cache =
      new DnsCache(
          new CacheConfig(100, 2, 100, SECOND_NS, 3600 * SECOND_NS, 0),
          name -> name.toString().startsWith("none") ? new int[0] : new int[] {1},
          (hi, lo) -> told.add(new IpAddress(hi, lo).toString()));

  private static List<Edge> answer(String name, String address, int ttl) {
    return List.of(new AddressEdge(DomainName.parse(name), IpAddress.parse(address), ttl));
  }

  @Test
  void evictedAddressesAreTold() {
    cache.learn(answer("a.test", "192.0.2.1", 10), 0);
    cache.learn(answer("b.test", "192.0.2.2", 60), 0);
    cache.learn(answer("c.test", "192.0.2.3", 60), 0);

    assertEquals(List.of("192.0.2.1"), told);
  }

  @Test
  void addressesThatKeepAShorterMembershipAreTold() {
    cache.learn(answer("a.test", "192.0.2.1", 60), 0);
    cache.learn(answer("b.test", "192.0.2.1", 10), 0);
    cache.learn(answer("c.test", "192.0.2.3", 100), 0);
    cache.learn(answer("d.test", "192.0.2.4", 200), 0);

    assertEquals(List.of("192.0.2.1"), told, "and not when its shorter life was all it had");
  }

  @Test
  void addressesThatNoSetContainsAreNotTold() {
    cache.learn(answer("none-a.test", "192.0.2.1", 10), 0);
    cache.learn(answer("b.test", "192.0.2.2", 60), 0);
    cache.learn(answer("c.test", "192.0.2.3", 60), 0);

    assertEquals(List.of(), told);
  }

  @Test
  void whatExpiresIsNotTold() {
    cache.learn(answer("a.test", "192.0.2.1", 10), 0);
    cache.learn(answer("b.test", "192.0.2.2", 20), 0);
    cache.expire(10 * SECOND_NS, 10);
    cache.expire(30 * SECOND_NS, 10);

    assertEquals(List.of(), told);
  }
}
