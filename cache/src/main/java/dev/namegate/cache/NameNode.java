// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import java.util.Arrays;

/** A learnt name of one scope: known as long as a link starts from it or leads to it. */
final class NameNode {
  private static final int[] NO_SETS = {};

  final int handle;
  int scope;
  DomainName name = DomainName.ROOT;

  /** The reverse edges: the names that this one is an alias of. */
  final LinkList incoming;

  final LinkList aliases;
  final LinkList addresses;

  /** The domain sets that contain the name itself, ascending. Never written to. */
  int[] ownSets = NO_SETS;

  /** The domain sets that reach it through the names it is an alias of. */
  final Claims inherited = new Claims();

  /** Which of the two queues the links that start here stand in; {@link ExpiryQueues} writes it. */
  boolean isClaimed;

  /** Whether it stands in the work list of {@link ClaimSpreader}. */
  boolean isAwaitingSpread;

  /** Whether a retraction has found it already. */
  boolean isVisited;

  private boolean isLive;

  /** {@link Names} writes it while the node stands for no name. */
  int nextFree;

  NameNode(int handle, Links links) {
    this.handle = handle;
    incoming = new LinkList(links, true);
    aliases = new LinkList(links, false);
    addresses = new LinkList(links, false);
  }

  /** Stands for this name from now on. */
  void begin(int newScope, DomainName newName, int[] sets) {
    scope = newScope;
    name = newName;
    ownSets = sets;
    isLive = true;
    isClaimed = false;
  }

  /** Stands for no name, and has no links. */
  void end() {
    name = DomainName.ROOT;
    ownSets = NO_SETS;
    inherited.clear();
    isLive = false;
    isAwaitingSpread = false;
  }

  /** Whether it stands for a name that is known. */
  boolean isLive() {
    return isLive;
  }

  /**
   * Asks the matcher.
   *
   * @throws IllegalArgumentException if the answer is not what {@link NameMatcher} promises
   */
  static int[] setsOf(DomainName name, NameMatcher matcher) {
    int[] sets = matcher.domainSets(name);
    int previous = -1;
    for (int set : sets) {
      if (set <= previous || set > NameMatcher.MAX_DOMAIN_SET) {
        throw new IllegalArgumentException(
            "domain sets of "
                + name
                + " not ascending from 0 to "
                + NameMatcher.MAX_DOMAIN_SET
                + ": "
                + Arrays.toString(sets));
      }
      previous = set;
    }
    return sets;
  }

  /** Whether any domain set contains the name or reaches it. */
  boolean hasClaims() {
    return ownSets.length > 0 || !inherited.isEmpty();
  }

  /** Whether the set contains the name itself. */
  boolean isIn(int set) {
    return Arrays.binarySearch(ownSets, set) >= 0;
  }

  boolean isBare() {
    return incoming.isEmpty() && aliases.isEmpty() && addresses.isEmpty();
  }
}
