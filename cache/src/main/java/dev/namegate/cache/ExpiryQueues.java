// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import org.jspecify.annotations.Nullable;

/**
 * Which link expires first: one queue for each kind of link and each class of owner, <i>claimed</i>
 * (a domain set contains the owner or reaches it) or not.
 *
 * <p>A link that was added is in exactly one queue, the one of its owner's class, until it is
 * removed.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 */
final class ExpiryQueues {
  private final ExpiryHeap freeAliases = new ExpiryHeap();
  private final ExpiryHeap freeAddresses = new ExpiryHeap();
  private final ExpiryHeap claimedAliases = new ExpiryHeap();
  private final ExpiryHeap claimedAddresses = new ExpiryHeap();

  /** Forgets all links; none of them may be used again. */
  void clear() {
    freeAliases.clear();
    freeAddresses.clear();
    claimedAliases.clear();
    claimedAddresses.clear();
  }

  void add(Link link) {
    queueOf(link).add(link);
  }

  /** Takes the link out of its queue, if it is in one. */
  void remove(Link link) {
    if (link.heapIndex >= 0) {
      queueOf(link).remove(link);
    }
  }

  /** Moves the links of this owner if its class has changed. */
  void classify(NameNode owner) {
    if (owner.isClaimed == owner.hasClaims()) {
      return;
    }
    move(owner, owner.aliases);
    move(owner, owner.addresses);
    owner.isClaimed = !owner.isClaimed;
  }

  private <L extends Link> void move(NameNode owner, LinkList<L> links) {
    for (L link = links.first(); link != null; link = links.next(link)) {
      if (link.heapIndex >= 0) {
        queue(link, owner.isClaimed).remove(link);
        queue(link, !owner.isClaimed).add(link);
      }
    }
  }

  private ExpiryHeap queueOf(Link link) {
    return queue(link, link.owner.isClaimed);
  }

  private ExpiryHeap queue(Link link, boolean isClaimed) {
    if (link instanceof AliasLink) {
      return isClaimed ? claimedAliases : freeAliases;
    }
    return isClaimed ? claimedAddresses : freeAddresses;
  }

  /** The alias link to give up first; null if there is none. */
  @Nullable Link firstAliasToGo() {
    Link free = freeAliases.peek();
    return free != null ? free : claimedAliases.peek();
  }

  /** The address link to give up first; null if there is none. */
  @Nullable Link firstAddressToGo() {
    Link free = freeAddresses.peek();
    return free != null ? free : claimedAddresses.peek();
  }

  /** The link of either kind to give up first; null if there is none. */
  @Nullable Link firstToGo() {
    Link free = sooner(freeAliases.peek(), freeAddresses.peek());
    return free != null ? free : sooner(claimedAliases.peek(), claimedAddresses.peek());
  }

  /** A link that is over; null if there is none. */
  @Nullable Link expired(long nowNs) {
    Link free = sooner(freeAliases.peek(), freeAddresses.peek());
    Link claimed = sooner(claimedAliases.peek(), claimedAddresses.peek());
    Link first = sooner(free, claimed);
    return first != null && first.expiryNs - nowNs <= 0 ? first : null;
  }

  private static @Nullable Link sooner(@Nullable Link a, @Nullable Link b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.expiryNs - b.expiryNs <= 0 ? a : b;
  }
}
