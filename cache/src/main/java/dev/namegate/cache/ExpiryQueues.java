// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import org.jspecify.annotations.Nullable;

/**
 * Which link goes first: for each client, queues for each kind of link and each class of owner,
 * <i>claimed</i> (a domain set contains the owner or reaches it) or not.
 *
 * <p>A link is charged to one client from {@link #charge} to {@link #discharge}. One that was added
 * is in exactly one queue, that of its client and its owner's class, until it is removed.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> a share for each client that has a link. Finding what goes first is O(clients),
 * finding what is over is so only when something may be.
 */
final class ExpiryQueues {
  private final Shares shares = new Shares();

  /** Nothing that is in a queue expires before; means nothing while {@link #queued} is 0. */
  private long soonestNs;

  private int queued;

  /** Forgets all links; none of them may be used again. */
  void clear() {
    shares.clear();
    queued = 0;
  }

  /** Charges a link that is charged to nobody. */
  void charge(Link link, int client) {
    Share share = shares.find(client);
    if (share == null) {
      share = new Share(client);
      shares.put(share);
    }
    share.links++;
    link.share = share;
  }

  /** The client needs the link too: it is charged to whoever of the two has fewer. */
  void recharge(Link link, int client) {
    Share from = link.share;
    if (from == null || from.client == client) {
      return;
    }
    Share to = shares.find(client);
    if (to != null && to.links >= from.links) {
      return;
    }
    boolean isQueued = link.heapIndex >= 0;
    discharge(link);
    charge(link, client);
    if (isQueued) {
      add(link);
    }
  }

  /** Takes the link out of its queue, if it is in one, and charges it to nobody. */
  void discharge(Link link) {
    remove(link);
    Share share = link.share;
    if (share != null && --share.links == 0) {
      shares.remove(share);
    }
    link.share = null;
  }

  void add(Link link) {
    soonestNs = queued == 0 || link.expiryNs - soonestNs < 0 ? link.expiryNs : soonestNs;
    queued++;
    queueOf(link, link.owner.isClaimed).add(link);
  }

  /** Takes the link out of its queue, if it is in one. */
  void remove(Link link) {
    if (link.heapIndex >= 0) {
      queued--;
      queueOf(link, link.owner.isClaimed).remove(link);
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
        queueOf(link, owner.isClaimed).remove(link);
        queueOf(link, !owner.isClaimed).add(link);
      }
    }
  }

  private static ExpiryHeap queueOf(Link link, boolean isClaimed) {
    Share share = link.share;
    if (share == null) {
      throw new IllegalStateException("the link is charged to nobody");
    }
    return share.queue(link, isClaimed);
  }

  /** The alias link to give up first; null if there is none. */
  @Nullable Link firstAliasToGo() {
    return firstToGo(true, false);
  }

  /** The address link to give up first; null if there is none. */
  @Nullable Link firstAddressToGo() {
    return firstToGo(false, true);
  }

  /** The link of either kind to give up first; null if there is none. */
  @Nullable Link firstToGo() {
    return firstToGo(true, true);
  }

  private @Nullable Link firstToGo(boolean aliases, boolean addresses) {
    Link free = ofTheHeaviest(false, aliases, addresses);
    return free != null ? free : ofTheHeaviest(true, aliases, addresses);
  }

  private @Nullable Link ofTheHeaviest(boolean isClaimed, boolean aliases, boolean addresses) {
    Link first = null;
    int most = 0;
    for (Share share : shares) {
      if (share.links > most) {
        Link ofShare = share.first(isClaimed, aliases, addresses);
        if (ofShare != null) {
          first = ofShare;
          most = share.links;
        }
      }
    }
    return first;
  }

  /** A link that is over; null if there is none. */
  @Nullable Link expired(long nowNs) {
    if (queued == 0 || soonestNs - nowNs > 0) {
      return null;
    }
    Link first = null;
    for (Share share : shares) {
      first = Share.sooner(first, share.first());
    }
    if (first == null) {
      return null;
    }
    soonestNs = first.expiryNs;
    return soonestNs - nowNs <= 0 ? first : null;
  }
}
