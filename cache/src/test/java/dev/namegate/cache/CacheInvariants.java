// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What holds in the cache between any two calls. */
final class CacheInvariants {
  private CacheInvariants() {}

  static void check(DnsCache cache, CacheConfig config) {
    NameGraph graph = cache.graph();
    Set<Link> links = new HashSet<>();
    for (NameNode name : graph.names()) {
      checkName(graph, name, config, links);
    }
    Set<Link> incoming = new HashSet<>();
    for (AddressNode address : graph.addresses()) {
      assertFalse(address.incoming.isEmpty(), "address without a name");
      assertFalse(address.isStale);
      collect(address.incoming, incoming);
    }
    for (NameNode name : graph.names()) {
      collect(name.incoming, incoming);
    }
    assertEquals(links, incoming, "each link is in the lists of both its ends");
    assertEquals(links.size(), graph.aliasLinks() + graph.addressLinks());
    checkShares(links, config);
    assertTrue(graph.names().size() <= config.maxNames());
    assertTrue(graph.aliasLinks() <= config.maxNames());
    assertTrue(graph.addressLinks() <= config.maxAddresses());
    assertEquals(graph.names().size(), cache.counters().get(CacheCounter.NAMES));
  }

  /** Holds when an expiry run has found nothing more to drop. */
  static void checkNothingIsOver(DnsCache cache, long nowNs) {
    for (NameNode name : cache.graph().names()) {
      for (int i = 0; i < name.inherited.size(); i++) {
        assertTrue(name.inherited.expiryNs(i) - nowNs > 0, "claim that is over");
      }
    }
    for (AddressNode address : cache.graph().addresses()) {
      Memberships published =
          cache.table().lookup(address.scope, address.address.hi(), address.address.lo());
      assertFalse(published != null && published.hasExpired(nowNs), "entry that is over");
    }
  }

  private static void checkName(
      NameGraph graph, NameNode name, CacheConfig config, Set<Link> links) {
    assertFalse(name.isBare(), "name without a link");
    assertSame(name, graph.name(name.scope, name.name));
    assertEquals(name.hasClaims(), name.isClaimed, "queues of its links");
    assertFalse(name.isAwaitingSpread || name.isVisited);
    assertTrue(name.addresses.size() <= config.maxAddressesPerName());
    assertTrue(name.aliases.size() <= CacheConfig.MAX_ALIASES_PER_NAME);
    collect(name.aliases, links);
    collect(name.addresses, links);
    for (int i = 1; i < name.inherited.size(); i++) {
      if (name.inherited.set(i) == name.inherited.set(i - 1)) {
        assertTrue(name.inherited.depth(i) > name.inherited.depth(i - 1));
        assertTrue(name.inherited.expiryNs(i) - name.inherited.expiryNs(i - 1) > 0);
      }
    }
  }

  private static void checkShares(Set<Link> links, CacheConfig config) {
    Map<Share, Integer> charged = new HashMap<>();
    for (Link link : links) {
      Share share = requireNonNull(link.share, "charged to nobody");
      charged.merge(share, 1, Integer::sum);
      if (config.perClient()) {
        assertEquals(link.owner.scope, share.client);
      }
      if (link instanceof AliasLink alias) {
        assertEquals(alias.owner.scope, alias.target.scope);
      } else if (link instanceof AddressLink address) {
        assertEquals(address.owner.scope, address.target.scope);
      }
    }
    charged.forEach((share, count) -> assertEquals(count, share.links));
    assertEquals(charged.size(), charged.keySet().stream().map(s -> s.client).distinct().count());
  }

  private static <L extends Link> void collect(LinkList<L> list, Set<Link> into) {
    int size = 0;
    for (L link = list.first(); link != null; link = list.next(link)) {
      assertTrue(into.add(link));
      assertTrue(link.isAttached && !link.isPinned && link.heapIndex >= 0);
      size++;
    }
    assertEquals(size, list.size());
  }
}
