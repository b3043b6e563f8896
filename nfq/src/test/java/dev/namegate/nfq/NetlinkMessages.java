// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Builds netlink messages by hand, independently of the code under test: host order for netlink's
 * own fields, big endian inside attributes.
 */
final class NetlinkMessages {
  static final int QUEUE_PACKET = 3 << 8;
  static final int QUEUE_VERDICT = 3 << 8 | 1;
  static final int QUEUE_VERDICT_BATCH = 3 << 8 | 3;
  static final int LOG_PACKET = 4 << 8;
  static final int ERROR = 2;

  private final ByteBuffer bytes = ByteBuffer.allocate(8192).order(ByteOrder.nativeOrder());
  private int start;

  /** Starts a message; its length is set when the next one starts, or by {@link #toBuffer}. */
  NetlinkMessages message(int type) {
    finish();
    start = bytes.position();
    bytes.putInt(0).putShort((short) type).putShort((short) 0).putInt(0).putInt(0);
    return this;
  }

  NetlinkMessages nfgen(int number) {
    bytes.put((byte) 0).put((byte) 0).put((byte) (number >> 8)).put((byte) number);
    return this;
  }

  NetlinkMessages attribute(int type, int... octets) {
    return attributeOfLength(4 + octets.length, type, octets);
  }

  /** An attribute that lies about its length. */
  NetlinkMessages attributeOfLength(int length, int type, int... octets) {
    bytes.putShort((short) length).putShort((short) type);
    octets(octets);
    while (bytes.position() % 4 != 0) {
      bytes.put((byte) 0);
    }
    return this;
  }

  NetlinkMessages word(int type, int value) {
    return attribute(type, value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255);
  }

  /** {@code nfqnl_msg_packet_hdr} for an IPv4 packet at LOCAL_OUT. */
  NetlinkMessages packetHeader(long id) {
    int low = (int) id;
    return attribute(1, low >>> 24, low >>> 16 & 255, low >>> 8 & 255, low & 255, 0x08, 0x00, 3);
  }

  NetlinkMessages hostInt(int value) {
    bytes.putInt(value);
    return this;
  }

  NetlinkMessages octets(int... octets) {
    for (int octet : octets) {
      bytes.put((byte) octet);
    }
    return this;
  }

  private void finish() {
    if (bytes.position() > start) {
      bytes.putInt(start, bytes.position() - start);
    }
  }

  byte[] toArray() {
    finish();
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  ByteBuffer toBuffer() {
    return ByteBuffer.wrap(toArray());
  }
}
