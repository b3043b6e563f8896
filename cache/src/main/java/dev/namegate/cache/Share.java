// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import org.jspecify.annotations.Nullable;

/**
 * The links that one client has taught, by what they are and whether policy needs them, the soonest
 * to expire first.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 */
final class Share extends Keyed {
  final int client;

  /** How many links are charged to the client, those in no queue for the moment included. */
  int links;

  private final ExpiryHeap freeAliases = new ExpiryHeap();
  private final ExpiryHeap freeAddresses = new ExpiryHeap();
  private final ExpiryHeap claimedAliases = new ExpiryHeap();
  private final ExpiryHeap claimedAddresses = new ExpiryHeap();

  Share(int client) {
    this.client = client;
  }

  /** The queue for a link like this one whose owner is claimed or not. */
  ExpiryHeap queue(Link link, boolean isClaimed) {
    if (link instanceof AliasLink) {
      return isClaimed ? claimedAliases : freeAliases;
    }
    return isClaimed ? claimedAddresses : freeAddresses;
  }

  /** The link of a class that expires first, of the kinds that are asked for; null if none. */
  @Nullable Link first(boolean isClaimed, boolean aliases, boolean addresses) {
    Link alias = aliases ? (isClaimed ? claimedAliases : freeAliases).peek() : null;
    Link address = addresses ? (isClaimed ? claimedAddresses : freeAddresses).peek() : null;
    return sooner(alias, address);
  }

  /** The link that expires first; null if there is none. */
  @Nullable Link first() {
    return sooner(first(false, true, true), first(true, true, true));
  }

  static @Nullable Link sooner(@Nullable Link a, @Nullable Link b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.expiryNs - b.expiryNs <= 0 ? a : b;
  }
}
