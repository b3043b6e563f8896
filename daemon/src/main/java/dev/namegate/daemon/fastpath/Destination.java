// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.cache.Memberships;
import dev.namegate.policy.DomainLifetimes;
import org.jspecify.annotations.Nullable;

/**
 * What is learnt of one address, now.
 *
 * <p><b>Threading:</b> confined to the writer; refilled address by address.
 */
final class Destination implements DomainLifetimes {
  private @Nullable Memberships memberships;
  private long nowNs;

  /** Turns to an address with these memberships; null for none. */
  void of(@Nullable Memberships found, long atNs) {
    memberships = found;
    nowNs = atNs;
  }

  @Override
  public boolean isMember(int domainSet) {
    Memberships found = memberships;
    return found != null && found.contains(domainSet, nowNs);
  }

  @Override
  public int nextMember(int from, int end) {
    Memberships found = memberships;
    return found == null ? -1 : found.nextDomainSet(from, end);
  }

  @Override
  public long remainingNs(int domainSet) {
    Memberships found = memberships;
    for (int i = 0; found != null && i < found.size(); i++) {
      if (found.domainSet(i) == domainSet) {
        return found.expiryNs(i) - nowNs;
      }
    }
    return 0;
  }
}
