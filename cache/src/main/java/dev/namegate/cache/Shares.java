// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import org.jspecify.annotations.Nullable;

/** The shares by client. */
final class Shares extends KeyedTable<Share> {
  /** The share of this client; null if it has none. */
  @Nullable Share find(int client) {
    int hash = hash(client);
    int slot = start(hash);
    for (Share share = at(slot); share != null; share = at(slot)) {
      if (share.client == client) {
        return share;
      }
      slot = next(slot);
    }
    return null;
  }

  private int hash(int client) {
    return fold(keyed.mix(keyed.seed(), client));
  }

  @Override
  int hashOf(Share share) {
    return hash(share.client);
  }
}
