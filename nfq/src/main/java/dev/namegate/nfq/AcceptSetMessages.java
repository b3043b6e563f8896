// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static dev.namegate.nfq.Netlink.NFGENMSG_LEN;
import static dev.namegate.nfq.Netlink.NLA_HDRLEN;
import static dev.namegate.nfq.Netlink.NLMSG_HDRLEN;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of {@code IPSET_CMD_ADD} and {@code IPSET_CMD_DEL}, and of the kernel's answers.
 *
 * <pre>
 *  0        16       20         28       36        36 + name
 *  | nlmsghdr | nfgenmsg | PROTOCOL | LINENO | SETNAME | DATA { element }                    one
 *                                                      | ADT { DATA { element }, DATA … }    several
 *
 *  element: IP { IPADDR_IPV4 or _IPV6 }, PORT, PROTO, [IP2 { … }], [TIMEOUT], [LINENO]
 * </pre>
 *
 * <p>The kernel stops at the first element of a message that it refuses, and writes that element's
 * line number over the one of the message that it sends back. A line is the entry's position in the
 * batch, counted from 1. Existing entries are overwritten and missing ones deleted without a word
 * ({@code NLM_F_EXCL} is not set).
 *
 * @spec include/uapi/linux/netfilter/ipset/ip_set.h: protocol 6
 */
@HotPath
final class AcceptSetMessages {
  static final int MAX_SETS = 1024;

  /** {@code IPSET_MAXNAMELEN} without the terminator. */
  static final int MAX_NAME_LENGTH = 31;

  /** More would save nothing that could be measured, and an error sends the whole back. */
  static final int MAX_ELEMENTS = 128;

  private static final int IPSET_CMD_ADD = 9;
  private static final int IPSET_CMD_DEL = 10;
  private static final int PROTOCOL_VERSION = 6;

  private static final int IPSET_ATTR_PROTOCOL = 1;
  private static final int IPSET_ATTR_SETNAME = 2;
  private static final int IPSET_ATTR_DATA = 7;
  private static final int IPSET_ATTR_ADT = 8;
  private static final int IPSET_ATTR_LINENO = 9;

  private static final int IPSET_ATTR_IP = 1;
  private static final int IPSET_ATTR_PORT = 4;
  private static final int IPSET_ATTR_TIMEOUT = 6;
  private static final int IPSET_ATTR_PROTO = 7;
  private static final int IPSET_ATTR_IP2 = 20;

  private static final int IPSET_ATTR_IPADDR_IPV4 = 1;
  private static final int IPSET_ATTR_IPADDR_IPV6 = 2;

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  private static final int VERSION = NLMSG_HDRLEN + NFGENMSG_LEN;
  private static final int LINE = VERSION + 8;
  private static final int NAME = LINE + 8;

  /** Where the message's line stands, from the start of the message. */
  static final int LINE_VALUE = LINE + NLA_HDRLEN;

  /** DATA, IP, PORT, PROTO, IP2, TIMEOUT and LINENO of an IPv6 element. */
  static final int MAX_ELEMENT_BYTES = 4 + 24 + 8 + 8 + 24 + 8 + 8;

  /** All that stands before the elements, with the longest name and ADT around them. */
  static final int MAX_HEAD_BYTES = NAME + NLA_HDRLEN + MAX_NAME_LENGTH + 1 + NLA_HDRLEN;

  private final byte[][] names = new byte[MAX_SETS][];
  private final boolean[] ipv6 = new boolean[MAX_SETS];
  private final boolean[] withSource = new boolean[MAX_SETS];
  private final ByteBuffer buffer;
  private int sets;

  /**
   * @param buffer where messages are written; big endian
   */
  AcceptSetMessages(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** The number of this set, the same for the same name; or {@link AcceptSetBatch#REFUSED}. */
  int register(String name, boolean isIpv6, boolean hasSource) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    QueueConfig.check("length of the set name " + name, bytes.length, 1, MAX_NAME_LENGTH);
    for (int i = 0; i < sets; i++) {
      if (Arrays.equals(names[i], bytes)) {
        if (ipv6[i] != isIpv6 || withSource[i] != hasSource) {
          throw new IllegalArgumentException("set " + name + " is registered with another type");
        }
        return i;
      }
    }
    if (sets == MAX_SETS) {
      return AcceptSetBatch.REFUSED;
    }
    names[sets] = bytes;
    ipv6[sets] = isIpv6;
    withSource[sets] = hasSource;
    return sets++;
  }

  int sets() {
    return sets;
  }

  boolean isIpv6(int set) {
    return ipv6[set];
  }

  boolean hasSource(int set) {
    return withSource[set];
  }

  /**
   * Writes one message for the entries {@code [first, end)}, which are alike.
   *
   * @param sequence comes back in an answer
   * @return where the message ends
   */
  int write(int at, AcceptSetEntries entries, int first, int end, int sequence) {
    boolean several = end - first > 1;
    int container = writeHead(at, entries, first, sequence);
    int next = several ? container + NLA_HDRLEN : container;
    for (int i = first; i < end; i++) {
      next = writeElement(next, entries, i, several);
    }
    if (several) {
      putNested(container, IPSET_ATTR_ADT, next);
    }
    Netlink.putHost32(buffer, at + Netlink.NLMSG_LENGTH, next - at);
    return next;
  }

  private int writeHead(int at, AcceptSetEntries entries, int entry, int sequence) {
    int set = entries.set(entry);
    int command = entries.isDelete(entry) ? IPSET_CMD_DEL : IPSET_CMD_ADD;
    int type = Netlink.type(Netlink.NFNL_SUBSYS_IPSET, command);
    Netlink.putRequest(buffer, at, 0, type, 0);
    Netlink.putHost32(buffer, at + Netlink.NLMSG_SEQ, sequence);
    Netlink.putHost32(buffer, at + Netlink.NLMSG_SEQ + 4, 0);
    buffer.putShort(at + NLMSG_HDRLEN, (short) ((ipv6[set] ? AF_INET6 : AF_INET) << 8));
    Netlink.putAttribute(buffer, at + VERSION, IPSET_ATTR_PROTOCOL, 1);
    buffer.putInt(at + VERSION + NLA_HDRLEN, PROTOCOL_VERSION << 24);
    Netlink.putAttribute(buffer, at + LINE, IPSET_ATTR_LINENO, 4);
    buffer.putInt(at + LINE_VALUE, 0);
    byte[] name = names[set];
    Netlink.putAttribute(buffer, at + NAME, IPSET_ATTR_SETNAME, name.length + 1);
    int value = at + NAME + NLA_HDRLEN;
    int end = Netlink.align(value + name.length + 1);
    buffer.putInt(end - 4, 0);
    buffer.put(value, name);
    return end;
  }

  private int writeElement(int at, AcceptSetEntries entries, int entry, boolean withLine) {
    int set = entries.set(entry);
    int next = at + NLA_HDRLEN;
    next = putAddress(next, IPSET_ATTR_IP, set, entries.dstHi(entry), entries.dstLo(entry));
    Netlink.putAttribute(buffer, next, IPSET_ATTR_PORT | Netlink.NLA_F_NET_BYTEORDER, 2);
    buffer.putInt(next + NLA_HDRLEN, entries.port(entry) << 16);
    next += 8;
    Netlink.putAttribute(buffer, next, IPSET_ATTR_PROTO, 1);
    buffer.putInt(next + NLA_HDRLEN, entries.protocol(entry) << 24);
    next += 8;
    if (withSource[set]) {
      next = putAddress(next, IPSET_ATTR_IP2, set, entries.srcHi(entry), entries.srcLo(entry));
    }
    if (!entries.isDelete(entry)) {
      Netlink.putAttribute(buffer, next, IPSET_ATTR_TIMEOUT | Netlink.NLA_F_NET_BYTEORDER, 4);
      buffer.putInt(next + NLA_HDRLEN, entries.timeout(entry));
      next += 8;
    }
    if (withLine) {
      Netlink.putAttribute(buffer, next, IPSET_ATTR_LINENO, 4);
      Netlink.putHost32(buffer, next + NLA_HDRLEN, entry + 1);
      next += 8;
    }
    putNested(at, IPSET_ATTR_DATA, next);
    return next;
  }

  private int putAddress(int at, int type, int set, long hi, long lo) {
    int inner = at + NLA_HDRLEN;
    int value = inner + NLA_HDRLEN;
    int end;
    if (ipv6[set]) {
      Netlink.putAttribute(buffer, inner, IPSET_ATTR_IPADDR_IPV6 | Netlink.NLA_F_NET_BYTEORDER, 16);
      buffer.putLong(value, hi);
      buffer.putLong(value + 8, lo);
      end = value + 16;
    } else {
      Netlink.putAttribute(buffer, inner, IPSET_ATTR_IPADDR_IPV4 | Netlink.NLA_F_NET_BYTEORDER, 4);
      buffer.putInt(value, (int) lo);
      end = value + 4;
    }
    putNested(at, type, end);
    return end;
  }

  private void putNested(int at, int type, int end) {
    Netlink.putAttribute(buffer, at, type | Netlink.NLA_F_NESTED, end - at - NLA_HDRLEN);
  }

  /**
   * The line that an error message of the kernel names, counted from 1; 0 when it speaks of its
   * message as a whole. Any value may come out of bytes that are not the kernel's.
   *
   * @param answer at a {@link Netlink#NLMSG_ERROR}; it may be cut
   */
  static int line(MessageCursor answer) {
    int attribute = answer.body() + Netlink.NLMSGERR_MESSAGE + LINE;
    if (answer.end() - attribute < NLA_HDRLEN + 4
        || Netlink.host16(answer.buffer(), attribute + 2) != IPSET_ATTR_LINENO) {
      return 0;
    }
    return Netlink.host32(answer.buffer(), attribute + NLA_HDRLEN);
  }
}
