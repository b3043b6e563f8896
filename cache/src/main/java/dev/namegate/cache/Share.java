// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * The links that one client has taught, by what they are and whether policy needs them, the soonest
 * to expire first. A share whose last link goes waits for the next new client.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 */
final class Share {
  /** Its number; links are charged to it by that. */
  final int handle;

  int client;

  /** How many links are charged to the client, those in no queue for the moment included. */
  int count;

  /** Where it stands among those that have a link. */
  int position;

  /** {@link Shares} writes it while no client has it. */
  int nextFree;

  private final Links links;
  private final ExpiryHeap freeAliases;
  private final ExpiryHeap freeAddresses;
  private final ExpiryHeap claimedAliases;
  private final ExpiryHeap claimedAddresses;

  Share(int handle, Links links) {
    this.handle = handle;
    this.links = links;
    freeAliases = new ExpiryHeap(links);
    freeAddresses = new ExpiryHeap(links);
    claimedAliases = new ExpiryHeap(links);
    claimedAddresses = new ExpiryHeap(links);
  }

  /** Forgets all links; none of them may be used again. */
  void clear() {
    count = 0;
    freeAliases.clear();
    freeAddresses.clear();
    claimedAliases.clear();
    claimedAddresses.clear();
  }

  /** The queue for a link like this one whose owner is claimed or not. */
  ExpiryHeap queue(int link, boolean isClaimed) {
    if (links.isAlias(link)) {
      return isClaimed ? claimedAliases : freeAliases;
    }
    return isClaimed ? claimedAddresses : freeAddresses;
  }

  /** The link of a class that expires first, of the kinds that are asked for; 0 if none. */
  int first(boolean isClaimed, boolean aliases, boolean addresses) {
    int alias = aliases ? (isClaimed ? claimedAliases : freeAliases).peek() : 0;
    int address = addresses ? (isClaimed ? claimedAddresses : freeAddresses).peek() : 0;
    return sooner(alias, address);
  }

  /** The link that expires first; 0 if there is none. */
  int first() {
    return sooner(first(false, true, true), first(true, true, true));
  }

  /** Of two links, which may be 0, the one that expires first. */
  int sooner(int a, int b) {
    if (a == 0 || b == 0) {
      return a == 0 ? b : a;
    }
    return links.expiryNs(a) - links.expiryNs(b) <= 0 ? a : b;
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return freeAliases.octetsOutside()
        + freeAddresses.octetsOutside()
        + claimedAliases.octetsOutside()
        + claimedAddresses.octetsOutside();
  }
}
