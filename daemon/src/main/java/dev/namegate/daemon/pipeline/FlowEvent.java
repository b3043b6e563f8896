// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.DatagramRing;
import dev.namegate.packet.HotPath;

/** A packet of a new flow, waiting for policy to allow or deny it. */
@HotPath
final class FlowEvent extends PacketEvent {
  private boolean allowed;

  FlowEvent(DatagramRing datagrams, int slot) {
    super(datagrams, slot);
  }

  @Override
  void received(long nowNs) {
    super.received(nowNs);
    allowed = false;
  }

  void allow() {
    allowed = true;
  }

  /** Whether policy said Allow; false until then (<i>fail-closed</i>). */
  boolean isAllowed() {
    return allowed && !hasFailed();
  }
}
