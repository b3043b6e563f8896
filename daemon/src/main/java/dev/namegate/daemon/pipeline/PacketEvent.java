// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.MessageStatus;
import dev.namegate.nfq.QueuedPacket;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.ParseStatus;

/**
 * One slot of a ring: what is known of one packet, from its receipt to its verdict or, if it is a
 * copy that needs none, to the end of the stages.
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
  private boolean carriesPacket;
  private boolean cut;
  private int payloadOffset;
  private int payloadLength;
  private int status;
  private boolean failed;

  PacketEvent(DatagramRing datagrams, int slot) {
    this.datagrams = datagrams;
    this.slot = slot;
  }

  /** Starts the event's life: reads the netlink header of what was received into the slot. */
  void received(long nowNs) {
    begin(nowNs, header.wrap(datagrams, slot), header.payloadOffset(), header.payloadLength());
    cut |= header.capturedOf() > header.payloadLength();
    awaitsVerdict = carriesPacket;
  }

  /**
   * Starts the event's life with a packet that is not queued: it awaits no verdict.
   *
   * @param datagram what was received, one of {@link MessageStatus}
   */
  void begin(long nowNs, int datagram, int payloadOffset, int payloadLength) {
    receivedNs = nowNs;
    failed = false;
    status = ParseStatus.OK;
    this.datagram = datagram;
    this.payloadOffset = payloadOffset;
    this.payloadLength = payloadLength;
    carriesPacket = datagram == MessageStatus.PACKET || datagram == MessageStatus.CUT_PACKET;
    cut = datagram == MessageStatus.CUT_PACKET;
    awaitsVerdict = false;
  }

  /** Starts the life of an event that carries nothing and only makes the stages look around. */
  void nudged(long nowNs) {
    begin(nowNs, MessageStatus.OTHER, 0, 0);
  }

  /** Decodes the packet's headers; {@link #status} tells how that went. */
  void decodeHeaders() {
    status = packet.decode(datagrams.buffer(), payloadOffset, payloadLength);
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
    return cut;
  }

  /** Whether this is a packet that the kernel holds for us, not a netlink error message. */
  boolean awaitsVerdict() {
    return awaitsVerdict;
  }

  /** Whether a packet is here, queued or copied. */
  boolean carriesPacket() {
    return carriesPacket;
  }

  int slot() {
    return slot;
  }

  /** {@link ParseStatus#OK}, or why the packet did not decode. */
  int status() {
    return status;
  }

  /** Whether a later stage has work to do here: a packet, decoded, without a fault. */
  boolean isSound() {
    return carriesPacket && !failed && status == ParseStatus.OK;
  }

  /** A stage threw: the packet is to be dropped (<i>fail-closed</i>). */
  void fail() {
    failed = true;
  }

  boolean hasFailed() {
    return failed;
  }
}
