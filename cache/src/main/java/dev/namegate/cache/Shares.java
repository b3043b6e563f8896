// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.KeyedHash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shares of the clients that have a link, by client.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> as many as there ever were clients with a link at a time.
 */
final class Shares {
  private final KeyedHash keyed = new KeyedHash();
  private final HandleIndex index = new HandleIndex();
  private final Links links;

  /** By handle, which is 1 for the first. */
  private final List<Share> all = new ArrayList<>();

  private final List<Share> live = new ArrayList<>();
  private int firstFree;

  Shares(Links links) {
    this.links = links;
  }

  private int hash(int client) {
    long hash = keyed.mix(keyed.seed(), client);
    return (int) (hash ^ (hash >>> 32));
  }

  /** The share of the client; null if it has no link. */
  @Nullable Share find(int client) {
    int hash = hash(client);
    for (int share = index.first(hash); share != 0; share = index.next(share, hash)) {
      if (at(share).client == client) {
        return at(share);
      }
    }
    return null;
  }

  Share findOrAdd(int client) {
    Share known = find(client);
    return known != null ? known : add(client);
  }

  private Share add(int client) {
    Share share;
    if (firstFree != 0) {
      share = at(firstFree);
      firstFree = share.nextFree;
    } else {
      share = new Share(all.size() + 1, links);
      all.add(share);
    }
    share.client = client;
    share.position = live.size();
    live.add(share);
    index.add(share.handle, hash(client));
    return share;
  }

  /** The share has no link any more. */
  void remove(Share share) {
    share.clear();
    index.remove(share.handle);
    Share last = live.remove(live.size() - 1);
    if (last != share) {
      live.set(share.position, last);
      last.position = share.position;
    }
    share.nextFree = firstFree;
    firstFree = share.handle;
  }

  /** The share of a handle that was given out. */
  Share at(int handle) {
    return all.get(handle - 1);
  }

  int size() {
    return live.size();
  }

  /** Those of clients that have a link, by numbers from 0 that change when one comes or goes. */
  Share live(int position) {
    return live.get(position);
  }

  void clear() {
    while (!live.isEmpty()) {
      remove(live.get(live.size() - 1));
    }
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return all.stream().mapToLong(Share::octetsOutside).sum() + index.octetsOutside();
  }
}
