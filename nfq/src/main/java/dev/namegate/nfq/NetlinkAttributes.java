// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;

/**
 * Finds attributes in a range of bytes, and attributes nested in them.
 *
 * <p><b>Ownership:</b> a flyweight: it borrows the buffer until the next {@link #wrap}.
 */
@HotPath
final class NetlinkAttributes {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private ByteBuffer buffer = NOTHING;
  private int start;
  private int end;

  /** Starts at these attributes; the buffer is big endian. */
  NetlinkAttributes wrap(ByteBuffer newBuffer, int newStart, int newEnd) {
    assert newStart <= newEnd && newEnd <= newBuffer.capacity();
    this.buffer = newBuffer;
    this.start = newStart;
    this.end = newEnd;
    return this;
  }

  /**
   * Narrows the range to the value of the first attribute of this type, so that it can be read, or
   * searched when it is nested.
   *
   * @return whether there is one; if not, the range is empty from here on
   */
  boolean enter(int type) {
    int at = start;
    while (end - at >= Netlink.NLA_HDRLEN) {
      int length = Netlink.host16(buffer, at);
      if (length < Netlink.NLA_HDRLEN || length > end - at) {
        break;
      }
      if ((Netlink.host16(buffer, at + 2) & Netlink.NLA_TYPE_MASK) == type) {
        end = at + length;
        start = at + Netlink.NLA_HDRLEN;
        return true;
      }
      at += Netlink.align(length);
    }
    start = end;
    return false;
  }

  /** Where the value starts. */
  int offset() {
    return start;
  }

  int length() {
    return end - start;
  }
}
