// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Any octets as a datagram of netlink: the kernel is trusted, and yet nothing may throw. */
final class NetlinkFuzz {
  private static final int MIN_MESSAGE_BYTES = 16;

  private final QueuedPacket queued = new QueuedPacket();
  private final LoggedPacket logged = new LoggedPacket();

  @FuzzTest
  void queuedPacket(byte[] octets) {
    int status = queued.wrap(ByteBuffer.wrap(octets), 0, octets.length);
    for (int messages = 0; status != MessageStatus.END; messages++) {
      assertEnds(messages, octets);
      if (status == MessageStatus.PACKET || status == MessageStatus.CUT_PACKET) {
        assertWithin(queued.payloadOffset(), queued.payloadLength(), octets);
        assertTrue(queued.capturedOf() >= queued.payloadLength());
        assertTrue(queued.packetId() >= 0 && queued.packetId() <= 0xffff_ffffL);
      }
      status = queued.next();
    }
  }

  @FuzzTest
  void loggedPacket(byte[] octets) {
    int status = logged.wrap(ByteBuffer.wrap(octets), 0, octets.length);
    for (int messages = 0; status != MessageStatus.END; messages++) {
      assertEnds(messages, octets);
      if (status == MessageStatus.PACKET || status == MessageStatus.CUT_PACKET) {
        assertWithin(logged.payloadOffset(), logged.payloadLength(), octets);
        assertWithin(logged.prefixOffset(), logged.prefixLength(), octets);
        assertTrue(logged.prefixNumber() >= -1);
        assertTrue(logged.prefix().length() <= logged.prefixLength());
      }
      status = logged.next();
    }
  }

  private static void assertEnds(int messages, byte[] octets) {
    assertTrue(messages <= octets.length / MIN_MESSAGE_BYTES + 1, "it does not end");
  }

  private static void assertWithin(int offset, int length, byte[] octets) {
    assertTrue(offset >= 0 && length >= 0 && offset + length <= octets.length);
  }
}
