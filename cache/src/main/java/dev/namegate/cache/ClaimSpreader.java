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
  private final ArrayDeque<NameNode> awaitingSpread = new ArrayDeque<>();

  ClaimSpreader(ExpiryQueues queues, TablePublisher publisher, CacheCounters counters) {
    this.queues = queues;
    this.publisher = publisher;
    this.counters = counters;
  }

  /** The link is new or lasts longer than before. */
  void grown(AliasLink link) {
    if (push(link)) {
      await(link.target);
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
      LinkList<AliasLink> aliases = name.aliases;
      for (AliasLink link = aliases.first(); link != null; link = aliases.next(link)) {
        if (push(link)) {
          await(link.target);
        }
      }
      LinkList<AddressLink> addresses = name.addresses;
      for (AddressLink link = addresses.first(); link != null; link = addresses.next(link)) {
        publisher.grown(link);
      }
    }
  }

  /** Passes the owner's claims on to the target. Returns whether the target gained. */
  private boolean push(AliasLink link) {
    boolean isGain = false;
    for (int set : link.owner.ownSets) {
      isGain |= raise(link.target, set, 1, link.expiryNs);
    }
    // A name that is an alias of itself passes nothing on: its list must not change under the loop.
    Claims claims = link.owner.inherited;
    for (int i = 0; i < claims.size() && link.target != link.owner; i++) {
      int depth = claims.depth(i) + 1;
      if (depth <= Claims.MAX_DEPTH) {
        isGain |= raise(link.target, claims.set(i), depth, link.cut(claims.expiryNs(i)));
      } else {
        counters.increment(CacheCounter.TOO_DEEP);
      }
    }
    return isGain;
  }

  private static boolean raise(NameNode target, int set, int depth, long untilNs) {
    return !target.isIn(set) && target.inherited.raise(set, depth, untilNs);
  }

  /** The link's time is over and it is out of the graph: sweeps up what came over it. */
  void expired(AliasLink link, long nowNs) {
    List<NameNode> changed = new ArrayList<>(1);
    changed.add(link.target);
    for (int i = 0; i < changed.size(); i++) {
      NameNode name = changed.get(i);
      if (!name.inherited.prune(nowNs)) {
        continue;
      }
      queues.classify(name);
      LinkList<AddressLink> addresses = name.addresses;
      for (AddressLink a = addresses.first(); a != null; a = addresses.next(a)) {
        publisher.expired(a.target, nowNs);
      }
      LinkList<AliasLink> aliases = name.aliases;
      for (AliasLink a = aliases.first(); a != null; a = aliases.next(a)) {
        changed.add(a.target);
      }
    }
  }

  /** The link is out of the graph before its time: takes back what only it gave. */
  void retracted(AliasLink link) {
    if (!isBestSupport(link)) {
      return;
    }
    List<NameNode> behind = behind(link.target);
    for (NameNode name : behind) {
      name.isVisited = false;
      name.inherited.clear();
    }
    for (NameNode name : behind) {
      LinkList<AliasLink> incoming = name.incoming;
      for (AliasLink in = incoming.first(); in != null; in = incoming.next(in)) {
        push(in);
      }
      await(name);
    }
    spread();
    for (NameNode name : behind) {
      queues.classify(name);
      LinkList<AddressLink> addresses = name.addresses;
      for (AddressLink a = addresses.first(); a != null; a = addresses.next(a)) {
        publisher.shrunk(a.target);
      }
    }
  }

  /** Whether the target has a claim that no other link supports better than this one. */
  private static boolean isBestSupport(AliasLink link) {
    Claims there = link.target.inherited;
    if (there.isEmpty()) {
      return false;
    }
    for (int set : link.owner.ownSets) {
      if (!link.target.isIn(set) && !there.hasBetter(set, 1, link.expiryNs)) {
        return true;
      }
    }
    Claims claims = link.owner.inherited;
    for (int i = 0; i < claims.size(); i++) {
      int set = claims.set(i);
      if (!link.target.isIn(set)
          && !there.hasBetter(set, claims.depth(i) + 1, link.cut(claims.expiryNs(i)))) {
        return true;
      }
    }
    return false;
  }

  /** The name and all that a claim of its own can have come to. */
  private static List<NameNode> behind(NameNode first) {
    List<NameNode> found = new ArrayList<>();
    found.add(first);
    first.isVisited = true;
    int end = 1;
    int at = 0;
    for (int depth = 1; depth < Claims.MAX_DEPTH && at < end; depth++, end = found.size()) {
      for (; at < end; at++) {
        LinkList<AliasLink> aliases = found.get(at).aliases;
        for (AliasLink a = aliases.first(); a != null; a = aliases.next(a)) {
          if (!a.target.isVisited) {
            a.target.isVisited = true;
            found.add(a.target);
          }
        }
      }
    }
    return found;
  }
}
