// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.DatagramRing;
import dev.namegate.packet.HotPath;

/** A packet of a new flow, waiting for policy to allow or deny it. */
@HotPath
final class FlowEvent extends PacketEvent {
  private boolean allowed;
  private boolean held;

  FlowEvent(DatagramRing datagrams, int slot) {
    super(datagrams, slot);
  }

  @Override
  void received(long nowNs) {
    super.received(nowNs);
    allowed = false;
    held = false;
  }

  void allow() {
    allowed = true;
  }

  /** Denied, and to be held: an answer that is on its way could allow it. */
  void hold() {
    held = true;
  }

  boolean isHeld() {
    return held && !hasFailed();
  }

  /** Whether policy said Allow; false until then (<i>fail-closed</i>). */
  boolean isAllowed() {
    return allowed && !hasFailed();
  }
}
