// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.lang.invoke.VarHandle;

/**
 * Keeps the published table equal to what the graph says of each address.
 *
 * <p>What an answer changes is noted, and published once when the whole answer is in the graph; an
 * address always goes from its old entry to its new one in one step.
 *
 * <p><b>Threading:</b> confined to the cache's writer, but for {@link #table}.
 */
final class TablePublisher {
  /** Written by the cache's writer, on rematch. */
  private volatile AddressTable table;

  private final MembershipsBuilder builder = new MembershipsBuilder();

  /** What the table has for the address in hand. */
  private final Memberships current = new Memberships();

  private final RetractionListener retractions;

  private final Links links;
  private final Addresses addresses;
  private final NameGraph graph;
  private final KeptAddresses kept;

  /** Links whose address may gain by them. */
  private final IntList unpublished = new IntList();

  /** Addresses that may have lost something, to be computed from all their links. */
  private final IntList stale = new IntList();

  TablePublisher(
      NameGraph graph, KeptAddresses kept, AddressTable table, RetractionListener retractions) {
    this.graph = graph;
    this.kept = kept;
    links = graph.links;
    addresses = graph.addresses;
    this.table = table;
    this.retractions = retractions;
  }

  /** Any thread. */
  AddressTable table() {
    return table;
  }

  /** The link is new, or lasts longer, or its owner has more claims. */
  void grown(int link) {
    if (!links.isUnpublished(link)) {
      links.unpublished(link, true);
      unpublished.add(link);
    }
  }

  /** Some claim of a name that has the address was taken back before its time. */
  void shrunk(int address) {
    if (!addresses.isStale(address)) {
      addresses.stale(address);
      stale.add(address);
    }
  }

  /** Some claim on the address may be over: takes it out of the table at once. */
  void expired(int address, long nowNs) {
    if (find(address) && current.hasExpired(nowNs)) {
      builder.reset(current, nowNs);
      set(address);
    }
  }

  /** The address is kept for more, or for longer. */
  void kept(int address, long nowNs) {
    find(address);
    builder.reset(current, nowNs);
    raiseKept(address);
    set(address);
  }

  private boolean find(int address) {
    return table.find(
        addresses.scope(address), addresses.hi(address), addresses.lo(address), current);
  }

  /** The link is out of the graph, before its time or not. */
  void removed(int link, long nowNs) {
    int address = links.target(link);
    if (addresses.firstIncoming(address) == 0) {
      builder.reset(nowNs);
      raiseKept(address);
      setAndTell(address);
    } else if (links.expiryNs(link) - nowNs <= 0) {
      expired(address, nowNs);
    } else if (find(address) && isBestSupport(link)) {
      shrunk(address);
    }
  }

  /** Whether the address has a claim that no other link supports better than this one. */
  private boolean isBestSupport(int link) {
    int owner = links.owner(link);
    for (int set : graph.names.ownSets(owner)) {
      if (isBest(set, links.expiryNs(link))) {
        return true;
      }
    }
    Claims claims = graph.names.inherited(owner);
    for (int i = 0; i < claims.size(); i++) {
      if (isBest(claims.set(i), links.cut(link, claims.expiryNs(i)))) {
        return true;
      }
    }
    return false;
  }

  private boolean isBest(int set, long untilNs) {
    int index = current.indexOf(set);
    return index >= 0 && current.expiryNs(index) - untilNs <= 0;
  }

  /** Publishes what was noted; when this returns, a lookup that starts on any thread finds it. */
  void publish(long nowNs) {
    if (unpublished.isEmpty() && stale.isEmpty()) {
      return;
    }
    for (int i = 0; i < stale.size(); i++) {
      if (addresses.fresh(stale.get(i))) {
        compute(stale.get(i), nowNs);
      }
    }
    stale.clear();
    for (int i = 0; i < unpublished.size(); i++) {
      publishGain(unpublished.get(i), nowNs);
    }
    unpublished.clear();
    // StoreLoad: the entries are visible to all before the writer goes on to release the answer,
    // which it does by a system call that the memory model knows nothing of (learn-before-release).
    VarHandle.fullFence();
  }

  private void publishGain(int link, long nowNs) {
    links.unpublished(link, false);
    if (!links.isAttached(link)) {
      links.free(link); // dropped while it stood in the list
      return;
    }
    int address = links.target(link);
    find(address);
    builder.reset(current, nowNs);
    builder.raise(graph, link);
    set(address);
  }

  /**
   * Makes a table current in which all addresses but those that {@link #shrunk} has noted are as
   * they were, though it is of another policy; the old one stays as it is.
   */
  void succeedTable(NameMatcher matcher, long nowNs) {
    forgetUnpublished();
    AddressTable fresh = table.successor(matcher);
    for (int i = 0; i < stale.size(); i++) {
      int address = stale.get(i);
      if (addresses.fresh(address)) {
        builder.reset(nowNs);
        raiseAll(address);
        set(fresh, address);
      }
    }
    stale.clear();
    table = fresh;
  }

  /** Fills a new table from the graph and makes it current; the old one stays as it is. */
  void replaceTable(NameMatcher matcher, long nowNs) {
    forgetUnpublished();
    for (int i = 0; i < stale.size(); i++) {
      boolean unused = addresses.fresh(stale.get(i));
    }
    stale.clear();
    AddressTable fresh = new AddressTable(matcher, table.size());
    for (int address = 1; address < addresses.end(); address++) {
      if (addresses.isLive(address)) {
        builder.reset(nowNs);
        raiseAll(address);
        put(fresh, address);
      }
    }
    table = fresh;
  }

  /** Whatever it was is found in the graph. */
  private void forgetUnpublished() {
    for (int i = 0; i < unpublished.size(); i++) {
      int link = unpublished.get(i);
      links.unpublished(link, false);
      if (!links.isAttached(link)) {
        links.free(link);
      }
    }
    unpublished.clear();
  }

  private void compute(int address, long nowNs) {
    builder.reset(nowNs);
    raiseAll(address);
    setAndTell(address);
  }

  private void raiseAll(int address) {
    int link = addresses.firstIncoming(address);
    for (; link != 0; link = links.next(link, true)) {
      builder.raise(graph, link);
    }
    raiseKept(address);
  }

  private void raiseKept(int address) {
    if (addresses.isKept(address)) {
      kept.raise(address, builder);
    }
  }

  /** As {@link #set}, and tells if something was lost before its time. */
  private void setAndTell(int address) {
    boolean isLess = find(address) && builder.isLessThan(current);
    set(address);
    if (isLess) {
      retractions.retracted(addresses.hi(address), addresses.lo(address));
    }
  }

  /** Replaces the entry of the address by what the builder has. */
  private void set(int address) {
    set(table, address);
  }

  private void set(AddressTable into, int address) {
    if (builder.size() > 0) {
      put(into, address);
    } else {
      into.remove(addresses.scope(address), addresses.hi(address), addresses.lo(address));
    }
  }

  private void put(AddressTable into, int address) {
    if (builder.size() > 0) {
      into.put(addresses.scope(address), addresses.hi(address), addresses.lo(address), builder);
    }
  }
}
