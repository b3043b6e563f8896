// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static dev.namegate.nfq.Netlink.NLA_HDRLEN;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A flyweight over one datagram of an NFLOG group: the copy of a packet, with the rule's prefix.
 *
 * <p><b>Ownership:</b> borrows the buffer, which must be big endian, until the next {@link #wrap}.
 *
 * <p><b>Errors:</b> a {@link MessageStatus} code; no bytes make it throw, loop or read outside. A
 * {@link MessageStatus#CUT_PACKET} has whatever stands before the damage.
 *
 * @spec include/uapi/linux/netfilter/nfnetlink_log.h: enum nfulnl_attr_type
 */
@HotPath
public final class LoggedPacket {
  private static final int NFULNL_MSG_PACKET = 0;
  private static final int PACKET = Netlink.type(Netlink.NFNL_SUBSYS_ULOG, NFULNL_MSG_PACKET);

  private static final int NFULA_PACKET_HDR = 1;
  private static final int NFULA_MARK = 2;
  private static final int NFULA_IFINDEX_INDEV = 4;
  private static final int NFULA_IFINDEX_OUTDEV = 5;
  private static final int NFULA_PAYLOAD = 9;
  private static final int NFULA_PREFIX = 10;

  private final MessageCursor cursor = new MessageCursor();
  private int hwProtocol;
  private int hook;
  private int mark;
  private int inInterface;
  private int outInterface;
  private int payloadOffset;
  private int payloadLength;
  private int prefixOffset;
  private int prefixLength;
  private int errno;

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
    if (cursor.type() != Netlink.NLMSG_ERROR) {
      return MessageStatus.OTHER;
    }
    if (cursor.end() - cursor.body() < 4) {
      return MessageStatus.MALFORMED;
    }
    errno = -Netlink.host32(cursor.buffer(), cursor.body());
    return errno == 0 ? MessageStatus.OTHER : MessageStatus.ERROR;
  }

  private int decodePacket() {
    ByteBuffer buffer = cursor.buffer();
    int end = cursor.end();
    int at = cursor.attributes();
    boolean whole = !cursor.isCut();
    while (end - at >= NLA_HDRLEN) {
      int length = Netlink.host16(buffer, at);
      if (length < NLA_HDRLEN) {
        return MessageStatus.CUT_PACKET;
      }
      int present = Math.min(length, end - at) - NLA_HDRLEN;
      whole &= present == length - NLA_HDRLEN;
      int type = Netlink.host16(buffer, at + 2) & Netlink.NLA_TYPE_MASK;
      whole &= decodeAttribute(buffer, type, at + NLA_HDRLEN, present);
      at += Netlink.align(length);
    }
    return whole ? MessageStatus.PACKET : MessageStatus.CUT_PACKET;
  }

  /** Takes what is wanted of one attribute; false when it is too short for what it is. */
  private boolean decodeAttribute(ByteBuffer buffer, int type, int value, int length) {
    if (type == NFULA_PAYLOAD) {
      payloadOffset = value;
      payloadLength = length;
      return true;
    }
    if (type == NFULA_PREFIX) {
      prefixOffset = value;
      prefixLength = length > 0 && buffer.get(value + length - 1) == 0 ? length - 1 : length;
      return true;
    }
    if (type < NFULA_PACKET_HDR || type > NFULA_IFINDEX_OUTDEV) {
      return true;
    }
    if (length < 4) {
      return false;
    }
    switch (type) {
      case NFULA_PACKET_HDR -> {
        hwProtocol = buffer.getShort(value) & 0xffff;
        hook = buffer.get(value + 2) & 0xff;
      }
      case NFULA_MARK -> mark = buffer.getInt(value);
      case NFULA_IFINDEX_INDEV -> inInterface = buffer.getInt(value);
      case NFULA_IFINDEX_OUTDEV -> outInterface = buffer.getInt(value);
      default -> {}
    }
    return true;
  }

  private void clear() {
    hwProtocol = 0;
    hook = 0;
    mark = 0;
    inInterface = 0;
    outInterface = 0;
    payloadOffset = 0;
    payloadLength = 0;
    prefixOffset = 0;
    prefixLength = 0;
    errno = 0;
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

  /** How many octets of the packet were copied. */
  public int payloadLength() {
    return payloadLength;
  }

  /** Where the rule's {@code --nflog-prefix} stands in the buffer. */
  public int prefixOffset() {
    return prefixOffset;
  }

  /** The prefix's length without its final NUL; 0 for a rule without prefix. */
  public int prefixLength() {
    return prefixLength;
  }

  /**
   * The decimal number that the prefix ends with: rules carry a number to us this way.
   *
   * @return -1 when it ends with no digit, or with a number beyond nine digits
   */
  public int prefixNumber() {
    ByteBuffer buffer = cursor.buffer();
    int number = 0;
    int scale = 1;
    int digits = 0;
    for (int i = prefixLength - 1; i >= 0; i--) {
      int digit = buffer.get(prefixOffset + i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (++digits > 9) {
        return -1;
      }
      number += digit * scale;
      scale *= 10;
    }
    return digits == 0 ? -1 : number;
  }

  /** The prefix as text: for messages, it allocates. */
  public String prefix() {
    byte[] octets = new byte[prefixLength];
    cursor.buffer().get(prefixOffset, octets);
    return new String(octets, StandardCharsets.UTF_8);
  }

  /** Of {@link MessageStatus#ERROR}: the kernel's error number. */
  public int errno() {
    return errno;
  }
}
