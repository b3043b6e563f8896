// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static dev.namegate.nfq.Netlink.NLA_HDRLEN;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;

/**
 * A flyweight over one datagram of a queue's socket: a packet that waits for its verdict, or the
 * kernel's complaint about a verdict.
 *
 * <p>The kernel sends one message per datagram. Nothing promises it, so the one who reads asks
 * {@link #next()} until it says {@link MessageStatus#END}.
 *
 * <p><b>Ownership:</b> borrows the buffer, which must be big endian, until the next {@link #wrap}.
 *
 * <p><b>Errors:</b> a {@link MessageStatus} code; no bytes make it throw, loop or read outside.
 *
 * @spec include/uapi/linux/netfilter/nfnetlink_queue.h: enum nfqnl_attr_type
 */
@HotPath
public final class QueuedPacket {
  private static final int NFQNL_MSG_PACKET = 0;
  private static final int PACKET = Netlink.type(Netlink.NFNL_SUBSYS_QUEUE, NFQNL_MSG_PACKET);

  private static final int NFQA_PACKET_HDR = 1;
  private static final int NFQA_MARK = 3;
  private static final int NFQA_IFINDEX_INDEV = 5;
  private static final int NFQA_IFINDEX_OUTDEV = 6;
  private static final int NFQA_PAYLOAD = 10;
  private static final int NFQA_CAP_LEN = 13;
  private static final int NFQA_SKB_INFO = 14;

  /** {@code struct nfqnl_msg_packet_hdr}: packet id, hardware protocol, hook. */
  private static final int PACKET_HDR_LEN = 7;

  /** The packet looks as if its checksums were wrong, but they are only not computed yet. */
  public static final int SKB_CHECKSUM_NOT_READY = 1;

  /** The packet is an aggregate, longer than the device's MTU. */
  public static final int SKB_GSO = 2;

  private final MessageCursor cursor = new MessageCursor();
  private boolean hasId;
  private long packetId;
  private int hwProtocol;
  private int hook;
  private int mark;
  private int inInterface;
  private int outInterface;
  private int payloadOffset;
  private int payloadLength;
  private int capturedOf;
  private int skbInfo;
  private int errno;
  private int failedVerdicts;

  /** Points at the first message of {@code buffer[offset, offset + length)}. */
  public int wrap(ByteBuffer buffer, int offset, int length) {
    cursor.wrap(buffer, offset, length);
    int status = next();
    return status == MessageStatus.END ? MessageStatus.MALFORMED : status;
  }

  /** Points at the datagram in a slot of a ring. */
  public int wrap(DatagramRing ring, int slot) {
    return wrap(ring.buffer(), ring.offset(slot), ring.length(slot));
  }

  /** Points at the next message of the datagram. */
  public int next() {
    clear();
    if (!cursor.hasMore()) {
      return MessageStatus.END;
    }
    if (!cursor.next()) {
      return MessageStatus.MALFORMED;
    }
    if (cursor.type() == PACKET) {
      return decodePacket();
    }
    if (cursor.type() == Netlink.NLMSG_ERROR) {
      return decodeError();
    }
    return MessageStatus.OTHER;
  }

  private int decodePacket() {
    ByteBuffer buffer = cursor.buffer();
    int end = cursor.end();
    int at = cursor.attributes();
    boolean whole = !cursor.isCut();
    while (end - at >= NLA_HDRLEN) {
      int length = Netlink.host16(buffer, at);
      if (length < NLA_HDRLEN) {
        whole = false;
        break;
      }
      int present = Math.min(length, end - at) - NLA_HDRLEN;
      whole &= present == length - NLA_HDRLEN;
      int type = Netlink.host16(buffer, at + 2) & Netlink.NLA_TYPE_MASK;
      whole &= decodeAttribute(buffer, type, at + NLA_HDRLEN, present);
      at += Netlink.align(length);
    }
    if (!hasId) {
      return MessageStatus.MALFORMED;
    }
    if (capturedOf < payloadLength) {
      capturedOf = payloadLength;
    }
    return whole ? MessageStatus.PACKET : MessageStatus.CUT_PACKET;
  }

  /** Takes what is wanted of one attribute; false when it is too short for what it is. */
  private boolean decodeAttribute(ByteBuffer buffer, int type, int value, int length) {
    if (type == NFQA_PAYLOAD) {
      payloadOffset = value;
      payloadLength = length;
      return true;
    }
    if (type == NFQA_PACKET_HDR) {
      if (length < PACKET_HDR_LEN) {
        return false;
      }
      packetId = buffer.getInt(value) & 0xffffffffL;
      hwProtocol = buffer.getShort(value + 4) & 0xffff;
      hook = buffer.get(value + 6) & 0xff;
      hasId = true;
      return true;
    }
    return !isWord(type) || (length >= 4 && decodeWord(type, buffer.getInt(value)));
  }

  private static boolean isWord(int type) {
    return type == NFQA_MARK
        || type == NFQA_IFINDEX_INDEV
        || type == NFQA_IFINDEX_OUTDEV
        || type == NFQA_CAP_LEN
        || type == NFQA_SKB_INFO;
  }

  private boolean decodeWord(int type, int word) {
    switch (type) {
      case NFQA_MARK -> mark = word;
      case NFQA_IFINDEX_INDEV -> inInterface = word;
      case NFQA_IFINDEX_OUTDEV -> outInterface = word;
      case NFQA_CAP_LEN -> capturedOf = Math.max(0, word);
      case NFQA_SKB_INFO -> skbInfo = word;
      default -> {
        return false;
      }
    }
    return true;
  }

  private int decodeError() {
    int body = cursor.body();
    if (cursor.end() - body < 4) {
      return MessageStatus.MALFORMED;
    }
    failedVerdicts = 1;
    errno = -Netlink.host32(cursor.buffer(), body);
    int verdict = body + Netlink.NLMSGERR_MESSAGE;
    if (cursor.end() - verdict >= VerdictBatch.MESSAGE_BYTES
        && VerdictBatch.isVerdict(Netlink.host16(cursor.buffer(), verdict + Netlink.NLMSG_TYPE))) {
      packetId = VerdictBatch.packetIdAt(cursor.buffer(), verdict);
      failedVerdicts = VerdictBatch.countAt(cursor.buffer(), verdict);
      hasId = true;
    }
    return errno == 0 ? MessageStatus.OTHER : MessageStatus.ERROR;
  }

  private void clear() {
    hasId = false;
    packetId = 0;
    hwProtocol = 0;
    hook = 0;
    mark = 0;
    inInterface = 0;
    outInterface = 0;
    payloadOffset = 0;
    payloadLength = 0;
    capturedOf = 0;
    skbInfo = 0;
    errno = 0;
    failedVerdicts = 0;
  }

  /**
   * The kernel's handle of the packet, unsigned 32 bits; of an error the one whose verdict failed,
   * of a run of verdicts the last. 0 is never a packet's: the kernel counts from 1.
   */
  public long packetId() {
    return packetId;
  }

  /** The EtherType: 0x0800 or 0x86dd. */
  public int hwProtocol() {
    return hwProtocol;
  }

  /** NF_INET_PRE_ROUTING 0, LOCAL_IN 1, FORWARD 2, LOCAL_OUT 3, POST_ROUTING 4. */
  public int hook() {
    return hook;
  }

  public int mark() {
    return mark;
  }

  /** The index of the interface it came in by, 0 for none. */
  public int inInterface() {
    return inInterface;
  }

  /** The index of the interface it leaves by, 0 for none. */
  public int outInterface() {
    return outInterface;
  }

  /** Where the packet's network header stands in the buffer. */
  public int payloadOffset() {
    return payloadOffset;
  }

  /** How many octets of the packet are there. */
  public int payloadLength() {
    return payloadLength;
  }

  /** How long the packet really is. */
  public int capturedOf() {
    return capturedOf;
  }

  /** {@link #SKB_CHECKSUM_NOT_READY}, {@link #SKB_GSO} and others, ored. */
  public int skbInfo() {
    return skbInfo;
  }

  /** Of {@link MessageStatus#ERROR}: ENOENT for a verdict of a packet that is gone. */
  public int errno() {
    return errno;
  }

  /**
   * Of {@link MessageStatus#ERROR}: how many verdicts failed with it, at least 1. A run of verdicts
   * fails as one, and with ENOENT only if all its packets are gone.
   */
  public int failedVerdicts() {
    return failedVerdicts;
  }
}
