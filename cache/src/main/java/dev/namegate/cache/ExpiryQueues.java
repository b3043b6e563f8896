// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.HashMap;
import java.util.Map;

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
  private final Names names;
  private final Links links;
  private final Shares shares;

  /** Nothing that is in a queue expires before; means nothing while {@link #queued} is 0. */
  private long soonestNs;

  private int queued;

  ExpiryQueues(NameGraph graph) {
    names = graph.names;
    links = graph.links;
    shares = new Shares(links);
  }

  /** Forgets all links; none of them may be used again. */
  void clear() {
    shares.clear();
    queued = 0;
  }

  /** Charges a link that is charged to nobody. */
  void charge(int link, int client) {
    Share share = shares.findOrAdd(client);
    share.count++;
    links.share(link, share.handle);
  }

  /** The client needs the link too: it is charged to whoever of the two has fewer. */
  void recharge(int link, int client) {
    Share from = shares.at(links.share(link));
    if (from.client == client) {
      return;
    }
    Share to = shares.find(client);
    if (to != null && to.count >= from.count) {
      return;
    }
    boolean isQueued = links.queueIndex(link) >= 0;
    discharge(link);
    charge(link, client);
    if (isQueued) {
      add(link);
    }
  }

  /** Takes the link out of its queue, if it is in one, and charges it to nobody. */
  void discharge(int link) {
    remove(link);
    Share share = shares.at(links.share(link));
    if (--share.count == 0) {
      shares.remove(share);
    }
    links.share(link, 0);
  }

  /** The client that a link is charged to. */
  int clientOf(int link) {
    return shares.at(links.share(link)).client;
  }

  void add(int link) {
    long expiryNs = links.expiryNs(link);
    soonestNs = queued == 0 || expiryNs - soonestNs < 0 ? expiryNs : soonestNs;
    queued++;
    queueOf(link, isClaimed(link)).add(link);
  }

  /** Takes the link out of its queue, if it is in one. */
  void remove(int link) {
    if (links.queueIndex(link) >= 0) {
      queued--;
      queueOf(link, isClaimed(link)).remove(link);
    }
  }

  private boolean isClaimed(int link) {
    return names.isClaimed(links.owner(link));
  }

  /** Moves the links of this owner if its class has changed. */
  void classify(int owner) {
    boolean isClaimed = names.hasClaims(owner);
    if (names.isClaimed(owner) != isClaimed) {
      move(owner, names.aliases, isClaimed);
      move(owner, names.addresses, isClaimed);
      names.claimed(owner, isClaimed);
    }
  }

  private void move(int owner, LinkLists lists, boolean isClaimed) {
    for (int link = lists.first(owner); link != 0; link = lists.next(link)) {
      if (links.queueIndex(link) >= 0) {
        queueOf(link, !isClaimed).remove(link);
        queueOf(link, isClaimed).add(link);
      }
    }
  }

  private ExpiryHeap queueOf(int link, boolean isClaimed) {
    return shares.at(links.share(link)).queue(link, isClaimed);
  }

  /** The link of the kinds asked for to give up first; 0 if there is none. */
  int firstToGo(boolean aliases, boolean addresses) {
    int free = ofTheHeaviest(false, aliases, addresses);
    return free != 0 ? free : ofTheHeaviest(true, aliases, addresses);
  }

  /**
   * The addresses' links that will likely be given up first, in this order.
   *
   * @return how many there are, {@code most} at most
   */
  int soonestAddresses(int[] into, int most) {
    int first = firstToGo(false, true);
    return first == 0 ? 0 : queueOf(first, isClaimed(first)).soonest(into, most);
  }

  private int ofTheHeaviest(boolean isClaimed, boolean aliases, boolean addresses) {
    int first = 0;
    int most = 0;
    for (int i = 0; i < shares.size(); i++) {
      Share share = shares.live(i);
      if (share.count > most) {
        int ofShare = share.first(isClaimed, aliases, addresses);
        if (ofShare != 0) {
          first = ofShare;
          most = share.count;
        }
      }
    }
    return first;
  }

  /** A link that is over; 0 if there is none. */
  int expired(long nowNs) {
    if (queued == 0 || soonestNs - nowNs > 0) {
      return 0;
    }
    int first = 0;
    for (int i = 0; i < shares.size(); i++) {
      Share share = shares.live(i);
      first = share.sooner(first, share.first());
    }
    if (first == 0) {
      return 0;
    }
    soonestNs = links.expiryNs(first);
    return soonestNs - nowNs <= 0 ? first : 0;
  }

  /** How many links are charged to each client that has one. For tests. */
  Map<Integer, Integer> charged() {
    Map<Integer, Integer> charged = new HashMap<>();
    for (int i = 0; i < shares.size(); i++) {
      charged.put(shares.live(i).client, shares.live(i).count);
    }
    return charged;
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return shares.octetsOutside();
  }
}
