// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the published table equal to what the graph says of each address.
 *
 * <p>What an answer changes is noted, and published once when the whole answer is in the graph. An
 * address goes from its old sets to its new ones in one step; where the sets stay, their ends are
 * put off one by one, which makes no object.
 *
 * <p><b>Threading:</b> confined to the cache's writer, but for {@link #table}.
 */
final class TablePublisher {
  /** Written by the cache's writer, on rematch. */
  private volatile AddressTable table;

  private final MembershipsBuilder builder = new MembershipsBuilder();
  private final RetractionListener retractions;

  /** Links whose address may gain by them. */
  private final List<AddressLink> unpublished = new ArrayList<>();

  /** Addresses that may have lost something, to be computed from all their links. */
  private final List<AddressNode> stale = new ArrayList<>();

  TablePublisher(AddressTable table, RetractionListener retractions) {
    this.table = table;
    this.retractions = retractions;
  }

  /** Any thread. */
  AddressTable table() {
    return table;
  }

  /** The link is new, or lasts longer, or its owner has more claims. */
  void grown(AddressLink link) {
    if (!link.isUnpublished) {
      link.isUnpublished = true;
      unpublished.add(link);
    }
  }

  /** Some claim of a name that has the address was taken back before its time. */
  void shrunk(AddressNode address) {
    if (!address.isStale) {
      address.isStale = true;
      stale.add(address);
    }
  }

  /** Some claim on the address may be over: takes it out of the table at once. */
  void expired(AddressNode address, long nowNs) {
    Memberships current = address.published;
    if (current != null && current.hasExpired(nowNs)) {
      builder.reset(current, nowNs);
      set(address);
    }
  }

  /** The address is kept for more, or for longer. */
  void kept(AddressNode address, long nowNs) {
    builder.reset(address.published, nowNs);
    builder.raiseKept(address);
    set(address);
  }

  /** The link is out of the graph, before its time or not. */
  void removed(AddressLink link, long nowNs) {
    AddressNode address = link.target;
    if (address.incoming.isEmpty()) {
      builder.reset(null, nowNs);
      builder.raiseKept(address);
      setAndTell(address, nowNs);
    } else if (link.expiryNs - nowNs <= 0) {
      expired(address, nowNs);
    } else if (isBestSupport(link, address.published)) {
      shrunk(address);
    }
  }

  /** Whether the address has a claim that no other link supports better than this one. */
  private static boolean isBestSupport(AddressLink link, @Nullable Memberships current) {
    if (current == null) {
      return false;
    }
    for (int set : link.owner.ownSets) {
      if (isBest(current, set, link.expiryNs)) {
        return true;
      }
    }
    Claims claims = link.owner.inherited;
    for (int i = 0; i < claims.size(); i++) {
      if (isBest(current, claims.set(i), link.cut(claims.expiryNs(i)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBest(Memberships current, int set, long untilNs) {
    int index = current.indexOf(set);
    return index >= 0 && current.expiryNs(index) - untilNs <= 0;
  }

  /** Publishes what was noted; when this returns, a lookup that starts on any thread finds it. */
  void publish(long nowNs) {
    if (unpublished.isEmpty() && stale.isEmpty()) {
      return;
    }
    for (AddressNode address : stale) {
      address.isStale = false;
      compute(address, nowNs);
    }
    stale.clear();
    for (AddressLink link : unpublished) {
      link.isUnpublished = false;
      if (link.isAttached) {
        publishGrown(link, nowNs);
      }
    }
    unpublished.clear();
    // StoreLoad: the entries are visible to all before the writer goes on to release the answer,
    // which it does by a system call that the memory model knows nothing of (learn-before-release).
    VarHandle.fullFence();
  }

  private void publishGrown(AddressLink link, long nowNs) {
    Memberships current = link.target.published;
    builder.reset(null, nowNs);
    builder.raise(link);
    if (current == null || !builder.prolong(current)) {
      builder.reset(current, nowNs);
      builder.raise(link);
      set(link.target);
    }
  }

  /** Fills a new table from the graph and makes it current; the old one stays as it is. */
  void replaceTable(NameMatcher matcher, Collection<AddressNode> addresses, long nowNs) {
    unpublished.forEach(link -> link.isUnpublished = false);
    unpublished.clear();
    AddressTable fresh = new AddressTable(matcher, table.size());
    for (AddressNode address : addresses) {
      builder.reset(null, nowNs);
      raiseAll(address);
      address.published = builder.build(address, null);
      if (address.published != null) {
        fresh.put(address.published);
      }
    }
    table = fresh;
  }

  private void compute(AddressNode address, long nowNs) {
    builder.reset(null, nowNs);
    raiseAll(address);
    setAndTell(address, nowNs);
  }

  private void raiseAll(AddressNode address) {
    LinkList<AddressLink> links = address.incoming;
    for (AddressLink link = links.first(); link != null; link = links.next(link)) {
      builder.raise(link);
    }
    builder.raiseKept(address);
  }

  /** As {@link #set}, and tells if something was lost before its time. */
  private void setAndTell(AddressNode node, long nowNs) {
    Memberships before = node.published;
    set(node);
    if (before != null && before.outlasts(node.published, nowNs)) {
      retractions.retracted(node.hi, node.lo);
    }
  }

  /** Replaces the entry of the address by what the builder has. */
  private void set(AddressNode node) {
    Memberships current = node.published;
    Memberships next = builder.build(node, current);
    if (next == current) {
      return;
    }
    node.published = next;
    if (next != null) {
      table.put(next);
    } else {
      table.remove(node.scope, node.hi, node.lo);
    }
  }
}
