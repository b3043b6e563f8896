// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.IpAddress;
import java.nio.ByteBuffer;

/**
 * One entry of the kernel's connection table as ctnetlink writes it.
 *
 * <pre>
 *   TUPLE_ORIG  { IP { SRC, DST }, PROTO { NUM, … } }    what the client sent
 *   TUPLE_REPLY { IP { SRC, DST }, PROTO { … } }         what comes back, NAT applied
 *   PROTOINFO   { TCP { STATE, … } }
 * </pre>
 *
 * <p><b>Ownership:</b> a flyweight; its values are those of the last entry read.
 *
 * @spec include/uapi/linux/netfilter/nfnetlink_conntrack.h
 */
final class ConnectionEntry {
  static final int CTA_TUPLE_ORIG = 1;
  static final int CTA_TUPLE_PROTO = 2;
  static final int CTA_PROTO_NUM = 1;

  private static final int CTA_TUPLE_REPLY = 2;
  private static final int CTA_TUPLE_IP = 1;
  private static final int CTA_IP_V4_SRC = 1;
  private static final int CTA_IP_V6_SRC = 3;
  private static final int CTA_PROTOINFO = 4;
  private static final int CTA_PROTOINFO_TCP = 1;
  private static final int CTA_PROTOINFO_TCP_STATE = 1;
  private static final int TCP_CONNTRACK_ESTABLISHED = 3;

  private static final int IPPROTO_TCP = 6;

  private final NetlinkAttributes attributes = new NetlinkAttributes();
  private long hi;
  private long lo;
  private long clientHi;
  private long clientLo;

  /**
   * Reads the attributes {@code [start, end)} of an entry.
   *
   * @return whether it is an established TCP connection, whole
   */
  boolean read(ByteBuffer buffer, int start, int end) {
    if (!isTcp(attributes.wrap(buffer, start, end), buffer)
        || !isEstablished(attributes.wrap(buffer, start, end), buffer)
        || !readSource(attributes.wrap(buffer, start, end), CTA_TUPLE_ORIG, buffer)) {
      return false;
    }
    clientHi = hi;
    clientLo = lo;
    return readSource(attributes.wrap(buffer, start, end), CTA_TUPLE_REPLY, buffer);
  }

  private static boolean isTcp(NetlinkAttributes entry, ByteBuffer buffer) {
    return entry.enter(CTA_TUPLE_ORIG)
        && entry.enter(CTA_TUPLE_PROTO)
        && entry.enter(CTA_PROTO_NUM)
        && entry.length() == 1
        && buffer.get(entry.offset()) == IPPROTO_TCP;
  }

  private static boolean isEstablished(NetlinkAttributes entry, ByteBuffer buffer) {
    return entry.enter(CTA_PROTOINFO)
        && entry.enter(CTA_PROTOINFO_TCP)
        && entry.enter(CTA_PROTOINFO_TCP_STATE)
        && entry.length() == 1
        && buffer.get(entry.offset()) == TCP_CONNTRACK_ESTABLISHED;
  }

  private boolean readSource(NetlinkAttributes entry, int tuple, ByteBuffer buffer) {
    if (!entry.enter(tuple) || !entry.enter(CTA_TUPLE_IP)) {
      return false;
    }
    int start = entry.offset();
    int end = start + entry.length();
    if (entry.enter(CTA_IP_V4_SRC) && entry.length() == 4) {
      hi = 0;
      lo = IpAddress.ipv4Lo(buffer.getInt(entry.offset()));
      return true;
    }
    if (entry.wrap(buffer, start, end).enter(CTA_IP_V6_SRC) && entry.length() == 16) {
      hi = buffer.getLong(entry.offset());
      lo = buffer.getLong(entry.offset() + 8);
      return true;
    }
    return false;
  }

  /** The address that opened the connection, before any source NAT. */
  long clientHi() {
    return clientHi;
  }

  long clientLo() {
    return clientLo;
  }

  /** The address that answers: the destination after any DNAT, as policy saw it. */
  long destinationHi() {
    return hi;
  }

  long destinationLo() {
    return lo;
  }
}
