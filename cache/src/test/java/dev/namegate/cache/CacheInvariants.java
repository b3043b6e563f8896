// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What holds in the cache between any two calls. */
final class CacheInvariants {
  private CacheInvariants() {}

  static void check(DnsCache cache, CacheConfig config) {
    NameGraph graph = cache.graph();
    Set<Integer> links = new HashSet<>();
    for (int name : names(graph)) {
      checkName(graph, name, config, links);
    }
    Set<Integer> incoming = new HashSet<>();
    for (int address : addresses(graph)) {
      assertFalse(
          graph.addresses.firstIncoming(address) == 0 && !graph.addresses.isKept(address),
          "address without a name");
      assertFalse(graph.addresses.isStale(address));
      int link = graph.addresses.firstIncoming(address);
      for (; link != 0; link = graph.links.next(link, true)) {
        assertFalse(graph.links.isAlias(link));
        assertEquals(address, graph.links.target(link));
        assertTrue(incoming.add(link));
      }
    }
    for (int name : names(graph)) {
      collect(graph, graph.names.incoming, name, true, incoming);
    }
    assertEquals(links, incoming, "each link is in the lists of both its ends");
    assertEquals(links.size(), graph.aliasLinks() + graph.addressLinks());
    checkShares(cache, links, config);
    assertEquals(names(graph).size(), graph.names.size());
    assertEquals(addresses(graph).size(), graph.addresses.size());
    assertTrue(names(graph).size() <= config.maxNames());
    assertTrue(graph.aliasLinks() <= config.maxNames());
    assertTrue(graph.addressLinks() <= config.maxAddresses());
    assertEquals(names(graph).size(), cache.counters().get(CacheCounter.NAMES));
  }

  private static List<Integer> names(NameGraph graph) {
    return IntStream.range(1, graph.names.end()).filter(graph.names::isLive).boxed().toList();
  }

  private static List<Integer> addresses(NameGraph graph) {
    return IntStream.range(1, graph.addresses.end())
        .filter(graph.addresses::isLive)
        .boxed()
        .toList();
  }

  /** Holds when an expiry run has found nothing more to drop. */
  static void checkNothingIsOver(DnsCache cache, long nowNs) {
    for (int name : names(cache.graph())) {
      Claims inherited = cache.graph().names.inherited(name);
      for (int i = 0; i < inherited.size(); i++) {
        assertTrue(inherited.expiryNs(i) - nowNs > 0, "claim that is over");
      }
    }
    Addresses of = cache.graph().addresses;
    for (int address : addresses(cache.graph())) {
      Memberships published =
          cache.table().lookup(of.scope(address), of.hi(address), of.lo(address));
      assertFalse(published != null && published.hasExpired(nowNs), "entry that is over");
    }
  }

  private static void checkName(NameGraph graph, int name, CacheConfig config, Set<Integer> links) {
    assertFalse(graph.names.isBare(name), "name without a link");
    Names of = graph.names;
    assertEquals(name, graph.name(of.scope(name), of.name(name)));
    assertEquals(of.hasClaims(name), of.isClaimed(name), "queues of its links");
    assertFalse(of.isAwaitingSpread(name) || of.isVisited(name));
    assertTrue(graph.names.addresses.size(name) <= config.maxAddressesPerName());
    assertTrue(graph.names.aliases.size(name) <= CacheConfig.MAX_ALIASES_PER_NAME);
    collect(graph, graph.names.aliases, name, true, links);
    collect(graph, graph.names.addresses, name, false, links);
    Claims inherited = of.inherited(name);
    for (int i = 1; i < inherited.size(); i++) {
      if (inherited.set(i) == inherited.set(i - 1)) {
        assertTrue(inherited.depth(i) > inherited.depth(i - 1));
        assertTrue(inherited.expiryNs(i) - inherited.expiryNs(i - 1) > 0);
      }
    }
  }

  private static void checkShares(DnsCache cache, Set<Integer> links, CacheConfig config) {
    NameGraph graph = cache.graph();
    Map<Integer, Integer> charged = new HashMap<>();
    for (int link : links) {
      assertTrue(graph.links.share(link) != 0, "charged to nobody");
      int client = cache.queues().clientOf(link);
      charged.merge(client, 1, Integer::sum);
      int scope = graph.names.scope(graph.links.owner(link));
      if (config.perClient()) {
        assertEquals(scope, client);
      }
      int target = graph.links.target(link);
      assertEquals(
          scope,
          graph.links.isAlias(link) ? graph.names.scope(target) : graph.addresses.scope(target));
    }
    assertEquals(charged, cache.queues().charged());
  }

  private static void collect(
      NameGraph graph, LinkLists lists, int name, boolean isOfAliases, Set<Integer> into) {
    int size = 0;
    Links links = graph.links;
    for (int link = lists.first(name); link != 0; link = lists.next(link)) {
      assertTrue(into.add(link));
      assertEquals(isOfAliases, links.isAlias(link));
      assertTrue(links.isAttached(link) && !links.isPinned(link) && links.queueIndex(link) >= 0);
      assertFalse(links.isUnpublished(link));
      size++;
    }
    assertEquals(size, lists.size(name));
  }
}
