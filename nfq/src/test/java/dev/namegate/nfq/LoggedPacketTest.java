// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LoggedPacketTest {
  private static final int PACKET_HDR = 1;
  private static final int MARK = 2;
  private static final int INDEV = 4;
  private static final int OUTDEV = 5;
  private static final int PAYLOAD = 9;
  private static final int PREFIX = 10;

  private final LoggedPacket packet = new LoggedPacket();

  private static NetlinkMessages packet() {
    return new NetlinkMessages()
        .message(NetlinkMessages.LOG_PACKET)
        .nfgen(5)
        .attribute(PACKET_HDR, 0x86, 0xdd, 2, 0);
  }

  private static int[] text(String text) {
    byte[] octets = (text + "\0").getBytes(StandardCharsets.UTF_8);
    int[] values = new int[octets.length];
    for (int i = 0; i < octets.length; i++) {
      values[i] = octets[i] & 255;
    }
    return values;
  }

  private int wrap(NetlinkMessages messages) {
    ByteBuffer buffer = messages.toBuffer();
    return packet.wrap(buffer, 0, buffer.capacity());
  }

  @Test
  void readsEveryField() {
    ByteBuffer buffer =
        packet()
            .attribute(PREFIX, text("ng-query-12"))
            .word(INDEV, 3)
            .word(OUTDEV, 4)
            .word(MARK, 0x10)
            .attribute(PAYLOAD, 0x60, 1, 2)
            .toBuffer();

    assertEquals(MessageStatus.PACKET, packet.wrap(buffer, 0, buffer.capacity()));

    assertEquals(0x86dd, packet.hwProtocol());
    assertEquals(2, packet.hook());
    assertEquals(3, packet.inInterface());
    assertEquals(4, packet.outInterface());
    assertEquals(0x10, packet.mark());
    assertEquals(3, packet.payloadLength());
    assertEquals(0x60, buffer.get(packet.payloadOffset()));
    assertEquals("ng-query-12", packet.prefix());
    assertEquals(11, packet.prefixLength());
    assertEquals(12, packet.prefixNumber());
    assertEquals(MessageStatus.END, packet.next());
  }

  @Test
  void readsTheNumberAtTheEndOfThePrefix() {
    assertEquals(0, number("q0"));
    assertEquals(42, number("42"));
    assertEquals(7, number("ng:1:7"));
    assertEquals(999_999_999, number("x999999999"));
    assertEquals(-1, number("x1000000000"));
    assertEquals(-1, number("12x"));
    assertEquals(-1, number(""));
  }

  private int number(String prefix) {
    assertEquals(MessageStatus.PACKET, wrap(packet().attribute(PREFIX, text(prefix))));
    return packet.prefixNumber();
  }

  @Test
  void hasNoNumberWithoutPrefix() {
    wrap(packet());

    assertEquals(0, packet.prefixLength());
    assertEquals(-1, packet.prefixNumber());
    assertEquals("", packet.prefix());
  }

  @Test
  void saysThatAPayloadIsCut() {
    byte[] whole = packet().attribute(PAYLOAD, 1, 2, 3, 4, 5, 6, 7, 8).toArray();

    assertEquals(
        MessageStatus.CUT_PACKET, packet.wrap(ByteBuffer.wrap(whole), 0, whole.length - 5));
    assertEquals(3, packet.payloadLength());
  }

  @Test
  void readsTheKernelsRefusal() {
    assertEquals(
        MessageStatus.ERROR,
        wrap(new NetlinkMessages().message(NetlinkMessages.ERROR).hostInt(-Errno.EINVAL)));
    assertEquals(Errno.EINVAL, packet.errno());
  }
}
