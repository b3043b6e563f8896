// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.DatagramRing;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import org.jspecify.annotations.Nullable;

/**
 * A denied packet that waits for its destination to be learnt, and its places in {@link
 * HeldPackets}.
 *
 * <p><b>Threading:</b> confined to the thread that holds.
 */
@HotPath
final class HeldPacket extends PacketEvent {
  private static final int FIN_SYN_RST_ACK = 0x17;
  private static final int SYN = 0x02;

  /** In the bucket of its destination; of one that is free, the next free one. */
  @Nullable HeldPacket nextInBucket;

  @Nullable HeldPacket older;
  @Nullable HeldPacket younger;

  HeldPacket(DatagramRing datagrams, int slot) {
    super(datagrams, slot);
  }

  boolean goesTo(long hi, long lo) {
    return packet().destinationHi() == hi && packet().destinationLo() == lo;
  }

  /** Whether both open the same TCP connection: one of them is the other, sent again. */
  boolean isSameOpening(HeldPacket other) {
    IpPacket mine = packet();
    IpPacket its = other.packet();
    return isOpening(mine)
        && isOpening(its)
        && mine.sourcePort() == its.sourcePort()
        && mine.destinationPort() == its.destinationPort()
        && mine.sourceHi() == its.sourceHi()
        && mine.sourceLo() == its.sourceLo()
        && other.goesTo(mine.destinationHi(), mine.destinationLo());
  }

  private static boolean isOpening(IpPacket packet) {
    return packet.protocol() == IpPacket.TCP && (packet.tcpFlags() & FIN_SYN_RST_ACK) == SYN;
  }
}
