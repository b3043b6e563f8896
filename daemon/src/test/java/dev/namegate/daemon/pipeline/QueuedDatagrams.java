// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds what the kernel sends for a queued IPv4 packet, by hand. */
final class QueuedDatagrams {
  static final int SYN = 0x02;
  static final int ACK = 0x10;

  private static final int LOCAL_IN = 1;

  private QueuedDatagrams() {}

  /** A TCP segment that came in by this interface. */
  static ByteBuffer tcp(
      long id, int inInterface, String source, int sourcePort, String destination, int flags) {
    ByteBuffer bytes = ByteBuffer.allocate(256);
    bytes.order(ByteOrder.nativeOrder());
    bytes.putInt(0).putShort((short) (3 << 8)).putShort((short) 0).putInt(0).putInt(0);
    bytes.put((byte) 2).put((byte) 0).putShort((short) 0);
    attribute(bytes, 1, 7).putInt((int) id).putShort((short) 0x0800).put((byte) LOCAL_IN);
    bytes.put((byte) 0);
    attribute(bytes, 5, 4).putInt(inInterface);
    attribute(bytes, 10, 40);
    bytes.put((byte) 0x45).put((byte) 0).putShort((short) 40).putInt(0);
    bytes.put((byte) 64).put((byte) 6).putShort((short) 0);
    bytes.putInt((int) IpAddress.parse(source).lo());
    bytes.putInt((int) IpAddress.parse(destination).lo());
    bytes.putShort((short) sourcePort).putShort((short) 443).putInt(1).putInt(0);
    bytes.put((byte) 0x50).put((byte) flags).putShort((short) 1024).putInt(0);
    bytes.order(ByteOrder.nativeOrder()).putInt(0, bytes.position());
    return bytes.flip();
  }

  private static ByteBuffer attribute(ByteBuffer bytes, int type, int length) {
    bytes.order(ByteOrder.nativeOrder());
    bytes.putShort((short) (4 + length)).putShort((short) type);
    return bytes.order(ByteOrder.BIG_ENDIAN);
  }
}
