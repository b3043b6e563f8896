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

  /** The domain sets that contain the name itself, ascending. Never written to. */
  int[] ownSets = NO_SETS;

  private Claims inherited = Claims.NONE;

  /** Which of the two queues the links that start here stand in; {@link ExpiryQueues} writes it. */
  boolean isClaimed;

  /** Whether it stands in the work list of {@link ClaimSpreader}. */
  boolean isAwaitingSpread;

  /** Whether a retraction has found it already. */
  boolean isVisited;

  private boolean isLive;

  /** {@link Names} writes it while the node stands for no name. */
  int nextFree;

  NameNode(int handle) {
    this.handle = handle;
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
    disinherit();
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

  /** The domain sets that reach it through the names it is an alias of. To be read only. */
  Claims inherited() {
    return inherited;
  }

  /** {@link Claims#raise} of what it inherits. */
  boolean raise(int set, int depth, long untilNs) {
    if (inherited == Claims.NONE) {
      inherited = new Claims(); // most names inherit nothing, ever
    }
    return inherited.raise(set, depth, untilNs);
  }

  /** {@link Claims#prune} of what it inherits. */
  boolean prune(long nowNs) {
    return !inherited.isEmpty() && inherited.prune(nowNs);
  }

  /** Takes back all that it inherits. */
  void disinherit() {
    if (!inherited.isEmpty()) {
      inherited.clear();
    }
  }

  /** Whether any domain set contains the name or reaches it. */
  boolean hasClaims() {
    return ownSets.length > 0 || !inherited.isEmpty();
  }

  /** Whether the set contains the name itself. */
  boolean isIn(int set) {
    return Arrays.binarySearch(ownSets, set) >= 0;
  }
}
