// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Numbers and layouts of netlink and nfnetlink. Lengths and types of netlink are in the machine's
 * byte order, what nfnetlink_queue and nfnetlink_log put into attributes is big endian.
 *
 * <pre>
 *  0               4       6       8              12              16
 *  +---------------+-------+-------+---------------+---------------+
 *  | nlmsg_len     | type  | flags | seq           | port id       |  struct nlmsghdr
 *  +---+---+-------+-------+-------+---------------+---------------+
 *  |fam|ver| res_id|  struct nfgenmsg: res_id is the queue's or group's number, big endian
 *  +---+---+-------+-------
 *  | len   | type  | value …, padded to 4               struct nlattr, repeated
 *  +-------+-------+-------
 * </pre>
 *
 * @spec include/uapi/linux/netlink.h struct nlmsghdr, nlattr, nlmsgerr
 * @spec include/uapi/linux/netfilter/nfnetlink.h struct nfgenmsg
 */
final class Netlink {
  static final int NETLINK_ROUTE = 0;
  static final int NETLINK_NETFILTER = 12;

  static final int NLMSG_HDRLEN = 16;
  static final int NLMSG_LENGTH = 0;
  static final int NLMSG_TYPE = 4;
  static final int NLMSG_FLAGS = 6;
  static final int NLMSG_SEQ = 8;

  static final int NLM_F_REQUEST = 1;
  static final int NLM_F_ACK = 4;

  /** NLM_F_ROOT | NLM_F_MATCH: the whole table. */
  static final int NLM_F_DUMP = 0x300;

  static final int NLMSG_NOOP = 1;
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;

  /** {@code struct nlmsgerr}: the error, negative; then the header of what caused it. */
  static final int NLMSGERR_MESSAGE = 4;

  static final int NFGENMSG_LEN = 4;
  static final int NFGENMSG_RES_ID = 2;
  static final int NLA_HDRLEN = 4;

  /** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
  static final int NLA_TYPE_MASK = 0x3fff;

  static final int NLA_F_NESTED = 0x8000;
  static final int NLA_F_NET_BYTEORDER = 0x4000;

  static final int NFNL_SUBSYS_CTNETLINK = 1;
  static final int NFNL_SUBSYS_QUEUE = 3;
  static final int NFNL_SUBSYS_ULOG = 4;
  static final int NFNL_SUBSYS_IPSET = 6;

  private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Netlink() {}

  /** The type of a message of an nfnetlink subsystem. */
  static int type(int subsystem, int message) {
    return subsystem << 8 | message;
  }

  /** Rounds up to netlink's alignment of 4. */
  static int align(int length) {
    return length + 3 & ~3;
  }

  /** An unsigned 16-bit field in the machine's order, out of a big-endian buffer. */
  static int host16(ByteBuffer buffer, int offset) {
    short value = buffer.getShort(offset);
    return (SWAP ? Short.reverseBytes(value) : value) & 0xffff;
  }

  /** A signed 32-bit field in the machine's order, out of a big-endian buffer. */
  static int host32(ByteBuffer buffer, int offset) {
    int value = buffer.getInt(offset);
    return SWAP ? Integer.reverseBytes(value) : value;
  }

  static void putHost16(ByteBuffer buffer, int offset, int value) {
    short field = (short) value;
    buffer.putShort(offset, SWAP ? Short.reverseBytes(field) : field);
  }

  static void putHost32(ByteBuffer buffer, int offset, int value) {
    buffer.putInt(offset, SWAP ? Integer.reverseBytes(value) : value);
  }

  /** Writes the two headers of a request that asks for no acknowledgement. */
  static void putRequest(ByteBuffer buffer, int offset, int length, int type, int resourceId) {
    putHost32(buffer, offset + NLMSG_LENGTH, length);
    putHost16(buffer, offset + NLMSG_TYPE, type);
    putHost16(buffer, offset + NLMSG_FLAGS, NLM_F_REQUEST);
    buffer.putShort(offset + NLMSG_HDRLEN + NFGENMSG_RES_ID, (short) resourceId);
  }

  /** Writes an attribute's header; {@code length} is that of the value. */
  static void putAttribute(ByteBuffer buffer, int offset, int type, int length) {
    putHost16(buffer, offset, NLA_HDRLEN + length);
    putHost16(buffer, offset + 2, type);
  }
}
