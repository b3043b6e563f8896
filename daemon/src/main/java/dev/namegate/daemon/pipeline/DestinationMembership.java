// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.cache.Memberships;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.DomainMembership;
import org.jspecify.annotations.Nullable;

/**
 * The domain sets that one packet's destination is in, now: what policy asks and the cache answers.
 *
 * <p>The table is asked once per packet, and only if a rule with domains is reached.
 *
 * <p><b>Threading:</b> confined to the deciding stage; refilled packet by packet.
 */
@HotPath
final class DestinationMembership implements DomainMembership {
  private @Nullable Ruleset ruleset;
  private int endpoint;
  private final Memberships memberships = new Memberships();
  private boolean lookedUp;
  private long hi;
  private long lo;
  private long nowNs;

  /** Turns to a packet of this endpoint, which may be none. */
  void of(Ruleset ruleset, int endpoint, IpPacket packet, long nowNs) {
    this.ruleset = ruleset;
    this.endpoint = endpoint;
    this.hi = packet.destinationHi();
    this.lo = packet.destinationLo();
    this.nowNs = nowNs;
    this.lookedUp = false;
  }

  @Override
  public boolean isMember(int domainSet) {
    return memberships().contains(domainSet, nowNs);
  }

  @Override
  public int nextMember(int from, int end) {
    return memberships().nextDomainSet(from, end);
  }

  private Memberships memberships() {
    Ruleset asked = ruleset;
    if (!lookedUp && asked != null) {
      boolean unused = asked.learnt(endpoint, hi, lo, memberships);
      lookedUp = true;
    }
    return memberships;
  }
}
