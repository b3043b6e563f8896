// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

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
  private final Links links;
  private final IntList pinned = new IntList();

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
    links = graph.links;
  }

  /** Spares the link until {@link #unpin}. A new link may be in no queue until then. */
  void pin(int link) {
    if (!links.isPinned(link)) {
      links.pin(link, true);
      pinned.add(link);
    }
  }

  /** Puts all pinned links into their queues, where they are not. */
  void unpin() {
    for (int i = 0; i < pinned.size(); i++) {
      int link = pinned.get(i);
      links.pin(link, false);
      if (links.queueIndex(link) < 0) {
        queues.add(link);
      }
    }
    pinned.clear();
    graph.forgetNewest();
  }

  /** Makes room for a link that is not known. Returns false if there is none; that is counted. */
  boolean hasRoomForAlias(NameKey owner, NameKey target, long nowNs) {
    int name = graph.name(owner);
    if (name != 0 && graph.names.aliases.size(name) >= CacheConfig.MAX_ALIASES_PER_NAME) {
      if (!displace(graph.names.aliases, name, nowNs)) {
        return false;
      }
    }
    while (graph.aliasLinks() >= config.maxNames()) {
      if (!makeRoom(true, false, nowNs)) {
        return false;
      }
    }
    return hasRoomForNames(owner, target, nowNs);
  }

  /** Makes room for a link that is not known. Returns false if there is none; that is counted. */
  boolean hasRoomForAddress(NameKey owner, long nowNs) {
    int name = graph.name(owner);
    if (name != 0 && graph.names.addresses.size(name) >= config.maxAddressesPerName()) {
      if (!displace(graph.names.addresses, name, nowNs)) {
        return false;
      }
    }
    while (graph.addressLinks() >= config.maxAddresses()) {
      if (!makeRoom(false, true, nowNs)) {
        return false;
      }
    }
    return hasRoomForNames(owner, owner, nowNs);
  }

  private boolean hasRoomForNames(NameKey owner, NameKey target, long nowNs) {
    while (graph.names.size() + newNames(owner, target) > config.maxNames()) {
      if (!makeRoom(true, true, nowNs)) {
        return false;
      }
    }
    return true;
  }

  private int newNames(NameKey owner, NameKey target) {
    int owners = graph.name(owner) == 0 ? 1 : 0;
    return target.isSameAs(owner) || graph.name(target) != 0 ? owners : owners + 1;
  }

  private boolean displace(LinkLists lists, int owner, long nowNs) {
    int first = 0;
    for (int link = lists.first(owner); link != 0; link = lists.next(link)) {
      if (!links.isPinned(link)
          && (first == 0 || links.expiryNs(link) - links.expiryNs(first) < 0)) {
        first = link;
      }
    }
    if (first == 0) {
      counters.increment(CacheCounter.REFUSED_IN_NAME);
      return false;
    }
    if (links.expiryNs(first) - nowNs > 0) {
      counters.increment(CacheCounter.DISPLACED_IN_NAME);
    }
    drop(first, nowNs);
    return true;
  }

  private boolean makeRoom(boolean ofAliases, boolean ofAddresses, long nowNs) {
    if (dropExpired(nowNs)) {
      return true;
    }
    while (true) {
      int link = queues.firstToGo(ofAliases, ofAddresses);
      if (link == 0) {
        counters.increment(CacheCounter.REFUSED);
        return false;
      }
      if (!links.isPinned(link)) {
        drop(link, nowNs);
        return true;
      }
      queues.remove(link); // until unpin, so that no search meets it again
    }
  }

  /** Drops one link that is over, and is not pinned. Returns whether there was one. */
  boolean dropExpired(long nowNs) {
    for (int link = queues.expired(nowNs); link != 0; link = queues.expired(nowNs)) {
      if (!links.isPinned(link)) {
        drop(link, nowNs);
        return true;
      }
      queues.remove(link);
    }
    return false;
  }

  private void drop(int link, long nowNs) {
    boolean isOver = links.expiryNs(link) - nowNs <= 0;
    queues.discharge(link);
    graph.detach(link);
    if (links.isAlias(link)) {
      counters.increment(isOver ? CacheCounter.EXPIRED : CacheCounter.EVICTED_ALIASES);
      if (isOver) {
        claims.expired(link, nowNs);
      } else {
        claims.retracted(link);
      }
    } else {
      counters.increment(isOver ? CacheCounter.EXPIRED : CacheCounter.EVICTED_ADDRESSES);
      publisher.removed(link, nowNs);
    }
    int namesGone = graph.dropBareNodes(link);
    if (!isOver) {
      counters.add(CacheCounter.EVICTED_NAMES, namesGone);
    }
  }
}
