// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * Keeps what each name inherits ({@link Names#inherited}) equal to what the alias links say, and
 * tells the publisher which addresses that touches.
 *
 * <p>Goals:
 *
 * <ol>
 *   <li>A name's claim on a set is the maximum over all paths of at most {@link Claims#MAX_DEPTH}
 *       aliases from a name in that set, of the soonest expiry on the path.
 *   <li>Learning and renewing cost what they change: claims only grow then, so they are passed on
 *       from where they grew and stop where they make no difference (also in a loop).
 *   <li>The end of a link costs next to nothing: every claim that came over it is over too, and is
 *       only swept up.
 *   <li>Only taking a link away before its time needs a search, and only if the link was the best
 *       support of some claim: (2) is undone for all names behind it, then done again.
 * </ol>
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 */
final class ClaimSpreader {
  private final ExpiryQueues queues;
  private final TablePublisher publisher;
  private final CacheCounters counters;
  private final Links links;
  private final Names names;
  private final IntQueue awaitingSpread = new IntQueue();

  /** The names that a loss comes to, while it is being dealt with. */
  private final IntList touched = new IntList();

  ClaimSpreader(
      NameGraph graph, ExpiryQueues queues, TablePublisher publisher, CacheCounters counters) {
    links = graph.links;
    names = graph.names;
    this.queues = queues;
    this.publisher = publisher;
    this.counters = counters;
  }

  /** The link is new or lasts longer than before. */
  void grown(int link) {
    if (push(link)) {
      await(links.target(link));
      spread();
    }
  }

  /** The links of this name have all to be told of its claims (which {@link #spread} does). */
  void await(int name) {
    queues.classify(name);
    if (!names.isAwaitingSpread(name)) {
      names.awaitingSpread(name, true);
      awaitingSpread.add(name);
    }
  }

  void spread() {
    while (!awaitingSpread.isEmpty()) {
      int name = awaitingSpread.poll();
      names.awaitingSpread(name, false);
      LinkLists aliases = names.aliases;
      for (int link = aliases.first(name); link != 0; link = aliases.next(link)) {
        if (push(link)) {
          await(links.target(link));
        }
      }
      LinkLists addresses = names.addresses;
      for (int link = addresses.first(name); link != 0; link = addresses.next(link)) {
        publisher.grown(link);
      }
    }
  }

  /** Passes the owner's claims on to the target. Returns whether the target gained. */
  private boolean push(int link) {
    boolean isGain = false;
    int owner = links.owner(link);
    int target = links.target(link);
    for (int set : names.ownSets(owner)) {
      isGain |= raise(target, set, 1, links.expiryNs(link));
    }
    // A name that is an alias of itself passes nothing on: its list must not change under the loop.
    Claims claims = names.inherited(owner);
    for (int i = 0; i < claims.size() && target != owner; i++) {
      int depth = claims.depth(i) + 1;
      if (depth <= Claims.MAX_DEPTH) {
        isGain |= raise(target, claims.set(i), depth, links.cut(link, claims.expiryNs(i)));
      } else {
        counters.increment(CacheCounter.TOO_DEEP);
      }
    }
    return isGain;
  }

  private boolean raise(int target, int set, int depth, long untilNs) {
    return !names.isIn(target, set) && names.raise(target, set, depth, untilNs);
  }

  /** The link's time is over and it is out of the graph: sweeps up what came over it. */
  void expired(int link, long nowNs) {
    IntList changed = touched;
    changed.add(links.target(link));
    for (int i = 0; i < changed.size(); i++) {
      int name = changed.get(i);
      if (!names.prune(name, nowNs)) {
        continue;
      }
      queues.classify(name);
      LinkLists addresses = names.addresses;
      for (int a = addresses.first(name); a != 0; a = addresses.next(a)) {
        publisher.expired(links.target(a), nowNs);
      }
      LinkLists aliases = names.aliases;
      for (int a = aliases.first(name); a != 0; a = aliases.next(a)) {
        changed.add(links.target(a));
      }
    }
    changed.clear();
  }

  /** The link is out of the graph before its time: takes back what only it gave. */
  void retracted(int link) {
    if (isBestSupport(link)) {
      touch(links.target(link));
      recompute(Claims.MAX_DEPTH - 1);
    }
  }

  /** The own sets of these names are others now. */
  void ownSetsChanged(IntList changed) {
    for (int i = 0; i < changed.size(); i++) {
      touch(changed.get(i));
    }
    recompute(Claims.MAX_DEPTH);
  }

  /** As {@link #ownSetsChanged} for all names that there are; the table is to be made anew. */
  void allChanged(IntList all) {
    for (int i = 0; i < all.size(); i++) {
      names.disinherit(all.get(i));
    }
    for (int i = 0; i < all.size(); i++) {
      await(all.get(i));
    }
    spread();
  }

  /**
   * Takes back all that the touched names inherit, and those that are reached from them over so
   * many aliases, and gives them what they shall.
   */
  private void recompute(int aliases) {
    touchBehind(aliases);
    for (int i = 0; i < touched.size(); i++) {
      names.visited(touched.get(i), false);
      names.disinherit(touched.get(i));
    }
    for (int i = 0; i < touched.size(); i++) {
      LinkLists incoming = names.incoming;
      for (int in = incoming.first(touched.get(i)); in != 0; in = incoming.next(in)) {
        push(in);
      }
      await(touched.get(i));
    }
    spread();
    for (int i = 0; i < touched.size(); i++) {
      queues.classify(touched.get(i));
      LinkLists addresses = names.addresses;
      for (int a = addresses.first(touched.get(i)); a != 0; a = addresses.next(a)) {
        publisher.shrunk(links.target(a));
      }
    }
    touched.clear();
  }

  /** Whether the target has a claim that no other link supports better than this one. */
  private boolean isBestSupport(int link) {
    int owner = links.owner(link);
    int target = links.target(link);
    Claims there = names.inherited(target);
    if (there.isEmpty()) {
      return false;
    }
    for (int set : names.ownSets(owner)) {
      if (!names.isIn(target, set) && !there.hasBetter(set, 1, links.expiryNs(link))) {
        return true;
      }
    }
    Claims claims = names.inherited(owner);
    for (int i = 0; i < claims.size(); i++) {
      int set = claims.set(i);
      if (!names.isIn(target, set)
          && !there.hasBetter(set, claims.depth(i) + 1, links.cut(link, claims.expiryNs(i)))) {
        return true;
      }
    }
    return false;
  }

  private void touch(int name) {
    if (!names.isVisited(name)) {
      names.visited(name, true);
      touched.add(name);
    }
  }

  /** Touches all names that are reached from the touched ones over so many aliases. */
  private void touchBehind(int mostAliases) {
    int end = touched.size();
    int at = 0;
    for (int depth = 0; depth < mostAliases && at < end; depth++, end = touched.size()) {
      for (; at < end; at++) {
        LinkLists aliases = names.aliases;
        for (int a = aliases.first(touched.get(at)); a != 0; a = aliases.next(a)) {
          touch(links.target(a));
        }
      }
    }
  }
}
