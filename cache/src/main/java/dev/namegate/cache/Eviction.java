// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Drops links: those whose time is over, and those that must go so that others fit.
 *
 * <p>The rule: what is over goes first. Then links of names that no domain set contains or reaches:
 * policy decides nothing by them. Then the others. Of either, it is the client with the most links
 * that gives, the soonest of its links to expire first; so who asks for a million names pushes out
 * his own, until nobody has more than he. A name or address goes with its last link. What the
 * answer being learnt has named (<i>pinned</i>) does not go: an answer is learnt whole, or what
 * exceeds the limits by itself is refused. A name with too many links gives up its own.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 */
final class Eviction {
  private final CacheConfig config;
  private final NameGraph graph;
  private final ExpiryQueues queues;
  private final ClaimSpreader claims;
  private final TablePublisher publisher;
  private final CacheCounters counters;
  private final List<Link> pinned = new ArrayList<>();

  Eviction(
      CacheConfig config,
      NameGraph graph,
      ExpiryQueues queues,
      ClaimSpreader claims,
      TablePublisher publisher,
      CacheCounters counters) {
    this.config = config;
    this.graph = graph;
    this.queues = queues;
    this.claims = claims;
    this.publisher = publisher;
    this.counters = counters;
  }

  /** Spares the link until {@link #unpin}. A new link may be in no queue until then. */
  void pin(Link link) {
    if (!link.isPinned) {
      link.isPinned = true;
      pinned.add(link);
    }
  }

  /** Puts all pinned links into their queues, where they are not. */
  void unpin() {
    for (Link link : pinned) {
      link.isPinned = false;
      if (link.isAttached && link.heapIndex < 0) {
        queues.add(link);
      }
    }
    pinned.clear();
  }

  /** Makes room for a link that is not known. Returns false if there is none; that is counted. */
  boolean hasRoomForAlias(int scope, DomainName owner, DomainName target, long nowNs) {
    NameNode node = graph.name(scope, owner);
    if (node != null && node.aliases.size() >= CacheConfig.MAX_ALIASES_PER_NAME) {
      if (!displace(node.aliases, nowNs)) {
        return false;
      }
    }
    while (graph.aliasLinks() >= config.maxNames()) {
      if (!makeRoom(queues::firstAliasToGo, nowNs)) {
        return false;
      }
    }
    while (graph.names().size() + newNames(scope, owner, target) > config.maxNames()) {
      if (!makeRoom(queues::firstToGo, nowNs)) {
        return false;
      }
    }
    return true;
  }

  /** Makes room for a link that is not known. Returns false if there is none; that is counted. */
  boolean hasRoomForAddress(int scope, DomainName owner, long nowNs) {
    NameNode node = graph.name(scope, owner);
    if (node != null && node.addresses.size() >= config.maxAddressesPerName()) {
      if (!displace(node.addresses, nowNs)) {
        return false;
      }
    }
    while (graph.addressLinks() >= config.maxAddresses()) {
      if (!makeRoom(queues::firstAddressToGo, nowNs)) {
        return false;
      }
    }
    while (graph.names().size() + newNames(scope, owner, owner) > config.maxNames()) {
      if (!makeRoom(queues::firstToGo, nowNs)) {
        return false;
      }
    }
    return true;
  }

  private int newNames(int scope, DomainName owner, DomainName target) {
    int owners = graph.name(scope, owner) == null ? 1 : 0;
    return target.equals(owner) || graph.name(scope, target) != null ? owners : owners + 1;
  }

  private <L extends Link> boolean displace(LinkList<L> links, long nowNs) {
    L first = null;
    for (L link = links.first(); link != null; link = links.next(link)) {
      if (!link.isPinned && (first == null || link.expiryNs - first.expiryNs < 0)) {
        first = link;
      }
    }
    if (first == null) {
      counters.increment(CacheCounter.REFUSED_IN_NAME);
      return false;
    }
    if (first.expiryNs - nowNs > 0) {
      counters.increment(CacheCounter.DISPLACED_IN_NAME);
    }
    drop(first, nowNs);
    return true;
  }

  private boolean makeRoom(Supplier<@Nullable Link> firstToGo, long nowNs) {
    if (dropExpired(nowNs)) {
      return true;
    }
    for (Link link = firstToGo.get(); link != null; link = firstToGo.get()) {
      if (!link.isPinned) {
        drop(link, nowNs);
        return true;
      }
      queues.remove(link); // until unpin, so that no search meets it again
    }
    counters.increment(CacheCounter.REFUSED);
    return false;
  }

  /** Drops one link that is over, and is not pinned. Returns whether there was one. */
  boolean dropExpired(long nowNs) {
    for (Link link = queues.expired(nowNs); link != null; link = queues.expired(nowNs)) {
      if (!link.isPinned) {
        drop(link, nowNs);
        return true;
      }
      queues.remove(link);
    }
    return false;
  }

  private void drop(Link link, long nowNs) {
    boolean isOver = link.expiryNs - nowNs <= 0;
    queues.discharge(link);
    graph.detach(link);
    if (link instanceof AliasLink alias) {
      counters.increment(isOver ? CacheCounter.EXPIRED : CacheCounter.EVICTED_ALIASES);
      if (isOver) {
        claims.expired(alias, nowNs);
      } else {
        claims.retracted(alias);
      }
    } else if (link instanceof AddressLink address) {
      counters.increment(isOver ? CacheCounter.EXPIRED : CacheCounter.EVICTED_ADDRESSES);
      publisher.removed(address, nowNs);
    }
    int namesGone = graph.dropBareNodes(link);
    if (!isOver) {
      counters.add(CacheCounter.EVICTED_NAMES, namesGone);
    }
  }
}
