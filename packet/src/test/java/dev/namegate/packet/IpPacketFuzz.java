// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Any octets as a packet. */
final class IpPacketFuzz {
  private static final int MARGIN = 16;

  private final IpPacket packet = new IpPacket();
  private final IpPacket among = new IpPacket();

  @FuzzTest
  void decodes(byte[] octets) {
    int status = packet.decode(ByteBuffer.wrap(octets), 0, octets.length);

    assertTrue(status <= ParseStatus.OK && status > -ParseStatus.COUNT, () -> "" + status);
    if (status == ParseStatus.OK) {
      assertTrue(packet.ipVersion() == 4 || packet.ipVersion() == 6);
      assertTrue(packet.payloadLength() >= 0);
      assertTrue(packet.payloadOffset() >= 20);
      assertTrue(packet.payloadOffset() + packet.payloadLength() <= octets.length);
    }
    assertSameAmongOtherOctets(status, octets);
  }

  /** What stands around the packet plays no part. */
  private void assertSameAmongOtherOctets(int status, byte[] octets) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(octets.length + 2 * MARGIN);
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, (byte) 0x3b);
    }
    buffer.put(MARGIN, octets);

    assertEquals(status, among.decode(buffer, MARGIN, octets.length));
    if (status == ParseStatus.OK) {
      assertEquals(packet.payloadOffset(), among.payloadOffset() - MARGIN);
      assertEquals(packet.payloadLength(), among.payloadLength());
      assertEquals(packet.protocol(), among.protocol());
      assertEquals(packet.sourcePort(), among.sourcePort());
      assertEquals(packet.destinationPort(), among.destinationPort());
      assertEquals(packet.destinationHi(), among.destinationHi());
      assertEquals(packet.destinationLo(), among.destinationLo());
    }
  }
}
