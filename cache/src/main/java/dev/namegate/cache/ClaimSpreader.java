// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what each name inherits ({@link NameNode#inherited}) equal to what the alias links say, and
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
  private final NameGraph graph;
  private final Links links;
  private final ArrayDeque<NameNode> awaitingSpread = new ArrayDeque<>();

  /** The names that a loss comes to, while it is being dealt with. */
  private final List<NameNode> touched = new ArrayList<>();

  ClaimSpreader(
      NameGraph graph, ExpiryQueues queues, TablePublisher publisher, CacheCounters counters) {
    this.graph = graph;
    links = graph.links;
    this.queues = queues;
    this.publisher = publisher;
    this.counters = counters;
  }

  /** The link is new or lasts longer than before. */
  void grown(int link) {
    if (push(link)) {
      await(graph.target(link));
      spread();
    }
  }

  /** The links of this name have all to be told of its claims (which {@link #spread} does). */
  void await(NameNode name) {
    queues.classify(name);
    if (!name.isAwaitingSpread) {
      name.isAwaitingSpread = true;
      awaitingSpread.add(name);
    }
  }

  void spread() {
    for (NameNode name = awaitingSpread.poll(); name != null; name = awaitingSpread.poll()) {
      name.isAwaitingSpread = false;
      LinkLists aliases = graph.names.aliases;
      for (int link = aliases.first(name); link != 0; link = aliases.next(link)) {
        if (push(link)) {
          await(graph.target(link));
        }
      }
      LinkLists addresses = graph.names.addresses;
      for (int link = addresses.first(name); link != 0; link = addresses.next(link)) {
        publisher.grown(link);
      }
    }
  }

  /** Passes the owner's claims on to the target. Returns whether the target gained. */
  private boolean push(int link) {
    boolean isGain = false;
    NameNode owner = graph.owner(link);
    NameNode target = graph.target(link);
    for (int set : owner.ownSets) {
      isGain |= raise(target, set, 1, links.expiryNs(link));
    }
    // A name that is an alias of itself passes nothing on: its list must not change under the loop.
    Claims claims = owner.inherited();
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

  private static boolean raise(NameNode target, int set, int depth, long untilNs) {
    return !target.isIn(set) && target.raise(set, depth, untilNs);
  }

  /** The link's time is over and it is out of the graph: sweeps up what came over it. */
  void expired(int link, long nowNs) {
    List<NameNode> changed = touched;
    changed.add(graph.target(link));
    for (int i = 0; i < changed.size(); i++) {
      NameNode name = changed.get(i);
      if (!name.prune(nowNs)) {
        continue;
      }
      queues.classify(name);
      LinkLists addresses = graph.names.addresses;
      for (int a = addresses.first(name); a != 0; a = addresses.next(a)) {
        publisher.expired(links.target(a), nowNs);
      }
      LinkLists aliases = graph.names.aliases;
      for (int a = aliases.first(name); a != 0; a = aliases.next(a)) {
        changed.add(graph.target(a));
      }
    }
    changed.clear();
  }

  /** The link is out of the graph before its time: takes back what only it gave. */
  void retracted(int link) {
    if (!isBestSupport(link)) {
      return;
    }
    recompute(behind(List.of(graph.target(link)), Claims.MAX_DEPTH - 1));
  }

  /** The own sets of these names are others now. */
  void ownSetsChanged(List<NameNode> names) {
    recompute(behind(names, Claims.MAX_DEPTH));
  }

  /** As {@link #ownSetsChanged} for all names that there are; the table is to be made anew. */
  void allChanged(List<NameNode> names) {
    for (NameNode name : names) {
      name.disinherit();
    }
    for (NameNode name : names) {
      await(name);
    }
    spread();
  }

  /** Takes back all that these names inherit, and gives them what they shall. */
  private void recompute(List<NameNode> behind) {
    for (NameNode name : behind) {
      name.isVisited = false;
      name.disinherit();
    }
    for (NameNode name : behind) {
      LinkLists incoming = graph.names.incoming;
      for (int in = incoming.first(name); in != 0; in = incoming.next(in)) {
        push(in);
      }
      await(name);
    }
    spread();
    for (NameNode name : behind) {
      queues.classify(name);
      LinkLists addresses = graph.names.addresses;
      for (int a = addresses.first(name); a != 0; a = addresses.next(a)) {
        publisher.shrunk(links.target(a));
      }
    }
    behind.clear();
  }

  /** Whether the target has a claim that no other link supports better than this one. */
  private boolean isBestSupport(int link) {
    NameNode owner = graph.owner(link);
    NameNode target = graph.target(link);
    Claims there = target.inherited();
    if (there.isEmpty()) {
      return false;
    }
    for (int set : owner.ownSets) {
      if (!target.isIn(set) && !there.hasBetter(set, 1, links.expiryNs(link))) {
        return true;
      }
    }
    Claims claims = owner.inherited();
    for (int i = 0; i < claims.size(); i++) {
      int set = claims.set(i);
      if (!target.isIn(set)
          && !there.hasBetter(set, claims.depth(i) + 1, links.cut(link, claims.expiryNs(i)))) {
        return true;
      }
    }
    return false;
  }

  /** The names, each once, and all that are reached from them over so many aliases. */
  private List<NameNode> behind(List<NameNode> names, int aliases) {
    List<NameNode> found = touched;
    for (NameNode name : names) {
      name.isVisited = true;
      found.add(name);
    }
    int end = found.size();
    int at = 0;
    for (int depth = 0; depth < aliases && at < end; depth++, end = found.size()) {
      for (; at < end; at++) {
        LinkLists aliasesOf = graph.names.aliases;
        for (int a = aliasesOf.first(found.get(at)); a != 0; a = aliasesOf.next(a)) {
          NameNode target = graph.target(a);
          if (!target.isVisited) {
            target.isVisited = true;
            found.add(target);
          }
        }
      }
    }
    return found;
  }
}
