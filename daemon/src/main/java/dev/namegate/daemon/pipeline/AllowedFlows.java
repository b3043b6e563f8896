// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.IpPacket;

/**
 * Hears of queued flows that policy allowed, and that the kernel could accept unasked if policy
 * allows all that look alike to it.
 *
 * <p><b>Threading:</b> told by the deciding stage only.
 */
public interface AllowedFlows {
  /** Nobody listens. */
  AllowedFlows UNHEARD = (ruleset, endpoint, decision, packet, nowNs) -> {};

  /**
   * The policy of this endpoint, which alone decides about the packet, allowed it.
   *
   * @param ruleset that the ids mean something to
   */
  void allowed(Ruleset ruleset, int endpoint, int decision, IpPacket packet, long nowNs);
}
