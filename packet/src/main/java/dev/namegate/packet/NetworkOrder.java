// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Unsigned reads in network order, whatever the buffer's own order is: netlink's is the host's. */
@HotPath
final class NetworkOrder {
  private NetworkOrder() {}

  static int u8(ByteBuffer buffer, int at) {
    return buffer.get(at) & 0xff;
  }

  static int u16(ByteBuffer buffer, int at) {
    return u8(buffer, at) << 8 | u8(buffer, at + 1);
  }

  static int i32(ByteBuffer buffer, int at) {
    int value = buffer.getInt(at);
    return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
  }

  static long i64(ByteBuffer buffer, int at) {
    long value = buffer.getLong(at);
    return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
  }
}
