// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.MessageStatus;
import dev.namegate.nfq.QueuedPacket;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.ParseStatus;

/**
 * One slot of a ring: what is known of one queued packet, from its receipt to its verdict.
 *
 * <p><b>Threading:</b> belongs to one stage at a time; the ring's sequences hand it over.
 *
 * <p><b>Ownership:</b> the packet's bytes lie in the slot of the same index of the {@link
 * DatagramRing}, until the ring hands the slot to the receiver again.
 */
@HotPath
abstract class PacketEvent {
  private final DatagramRing datagrams;
  private final int slot;
  private final QueuedPacket header = new QueuedPacket();
  private final IpPacket packet = new IpPacket();

  private long receivedNs;
  private int datagram;
  private boolean awaitsVerdict;
  private int status;
  private boolean failed;

  PacketEvent(DatagramRing datagrams, int slot) {
    this.datagrams = datagrams;
    this.slot = slot;
  }

  /** Starts the event's life: reads the netlink header of what was received into the slot. */
  void received(long nowNs) {
    receivedNs = nowNs;
    failed = false;
    status = ParseStatus.OK;
    datagram = header.wrap(datagrams, slot);
    awaitsVerdict = datagram == MessageStatus.PACKET || datagram == MessageStatus.CUT_PACKET;
  }

  /** Starts the life of an event that carries nothing and only makes the stages look around. */
  void nudged(long nowNs) {
    receivedNs = nowNs;
    failed = false;
    status = ParseStatus.OK;
    datagram = MessageStatus.OTHER;
    awaitsVerdict = false;
  }

  /** Decodes the packet's headers; {@link #status} tells how that went. */
  void decodeHeaders() {
    status = packet.decode(datagrams.buffer(), header.payloadOffset(), header.payloadLength());
  }

  /** Says how decoding went on behind the headers. */
  void status(int status) {
    this.status = status;
  }

  DatagramRing datagrams() {
    return datagrams;
  }

  QueuedPacket header() {
    return header;
  }

  IpPacket packet() {
    return packet;
  }

  /** When the packet was received, by the daemon's clock. */
  long receivedNs() {
    return receivedNs;
  }

  /** What the datagram is, one of {@link MessageStatus}. */
  int datagram() {
    return datagram;
  }

  /** Whether the packet is not all here: the kernel copies no more, or cut the message. */
  boolean isCut() {
    return datagram == MessageStatus.CUT_PACKET || header.capturedOf() > header.payloadLength();
  }

  /** Whether this is a packet that the kernel holds for us, not a netlink error message. */
  boolean awaitsVerdict() {
    return awaitsVerdict;
  }

  /** {@link ParseStatus#OK}, or why the packet did not decode. */
  int status() {
    return status;
  }

  /** Whether a later stage has work to do here: a packet, decoded, without a fault. */
  boolean isSound() {
    return awaitsVerdict && !failed && status == ParseStatus.OK;
  }

  /** A stage threw: the packet is to be dropped (<i>fail-closed</i>). */
  void fail() {
    failed = true;
  }

  boolean hasFailed() {
    return failed;
  }
}
