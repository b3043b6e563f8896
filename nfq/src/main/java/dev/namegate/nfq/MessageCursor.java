// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks the netlink messages of one received datagram.
 *
 * <p><b>Ownership:</b> a flyweight: it borrows the buffer until the next {@link #wrap}.
 */
@HotPath
final class MessageCursor {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private ByteBuffer buffer = NOTHING;
  private int next;
  private int limit;
  private int start;
  private int end;
  private int type;
  private boolean cut;

  /** Starts over at {@code buffer[offset, offset + length)}, which must be big endian. */
  void wrap(ByteBuffer buffer, int offset, int length) {
    assert buffer.order() == ByteOrder.BIG_ENDIAN;
    assert offset >= 0 && length >= 0 && offset + length <= buffer.capacity();
    this.buffer = buffer;
    this.next = offset;
    this.limit = offset + length;
  }

  /**
   * Goes to the next message.
   *
   * @return false when there is none, or nothing that has a whole header
   */
  boolean next() {
    start = next;
    if (limit - start < Netlink.NLMSG_HDRLEN) {
      next = limit;
      return false;
    }
    int length = Netlink.host32(buffer, start + Netlink.NLMSG_LENGTH);
    if (length < Netlink.NLMSG_HDRLEN) {
      next = limit;
      return false;
    }
    cut = length > limit - start;
    end = cut ? limit : start + length;
    next = cut ? limit : Math.min(limit, start + Netlink.align(length));
    type = Netlink.host16(buffer, start + Netlink.NLMSG_TYPE);
    return true;
  }

  ByteBuffer buffer() {
    return buffer;
  }

  /** Whether bytes are left behind the current message. */
  boolean hasMore() {
    return next < limit;
  }

  int type() {
    return type;
  }

  /** Where the message's content starts, behind {@code struct nlmsghdr}. */
  int body() {
    return start + Netlink.NLMSG_HDRLEN;
  }

  /** Where the attributes of an nfnetlink message start. */
  int attributes() {
    return body() + Netlink.NFGENMSG_LEN;
  }

  int end() {
    return end;
  }

  /** Whether the message says that it is longer than what was received. */
  boolean isCut() {
    return cut;
  }
}
