// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.cache.Memberships;
import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.policy.DomainLifetimes;

/**
 * What is learnt of one address, now.
 *
 * <p><b>Threading:</b> confined to the writer; refilled address by address.
 */
final class Destination implements DomainLifetimes {
  private final Memberships memberships = new Memberships();
  private long nowNs;

  /** Turns to an address as flows of this endpoint know it. */
  void of(Ruleset ruleset, int endpoint, long hi, long lo, long atNs) {
    boolean unused = ruleset.learnt(endpoint, hi, lo, memberships);
    nowNs = atNs;
  }

  @Override
  public boolean isMember(int domainSet) {
    return memberships.contains(domainSet, nowNs);
  }

  @Override
  public int nextMember(int from, int end) {
    return memberships.nextDomainSet(from, end);
  }

  @Override
  public long remainingNs(int domainSet) {
    for (int i = 0; i < memberships.size(); i++) {
      if (memberships.domainSet(i) == domainSet) {
        return memberships.expiryNs(i) - nowNs;
      }
    }
    return 0;
  }
}
