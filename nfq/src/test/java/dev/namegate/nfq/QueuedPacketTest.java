// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QueuedPacketTest {
  private static final int MARK = 3;
  private static final int INDEV = 5;
  private static final int OUTDEV = 6;
  private static final int PAYLOAD = 10;
  private static final int CAP_LEN = 13;
  private static final int SKB_INFO = 14;

  private final QueuedPacket packet = new QueuedPacket();

  private static NetlinkMessages packet(long id) {
    return new NetlinkMessages().message(NetlinkMessages.QUEUE_PACKET).nfgen(100).packetHeader(id);
  }

  private int wrap(NetlinkMessages messages) {
    ByteBuffer buffer = messages.toBuffer();
    return packet.wrap(buffer, 0, buffer.capacity());
  }

  @Test
  void readsEveryField() {
    ByteBuffer buffer =
        packet(0xfffffffeL)
            .word(MARK, 0xcafe0001)
            .word(INDEV, 7)
            .word(OUTDEV, 9)
            .attribute(9, 0, 6, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0)
            .word(CAP_LEN, 1500)
            .word(SKB_INFO, 3)
            .attribute(PAYLOAD, 0x45, 0, 5, 0xdc, 1)
            .toBuffer();

    assertEquals(MessageStatus.PACKET, packet.wrap(buffer, 0, buffer.capacity()));

    assertEquals(0xfffffffeL, packet.packetId());
    assertEquals(0x0800, packet.hwProtocol());
    assertEquals(3, packet.hook());
    assertEquals(0xcafe0001, packet.mark());
    assertEquals(7, packet.inInterface());
    assertEquals(9, packet.outInterface());
    assertEquals(5, packet.payloadLength());
    assertEquals(0x45, buffer.get(packet.payloadOffset()));
    assertEquals(1, buffer.get(packet.payloadOffset() + 4));
    assertEquals(1500, packet.capturedOf());
    assertEquals(QueuedPacket.SKB_CHECKSUM_NOT_READY | QueuedPacket.SKB_GSO, packet.skbInfo());
    assertEquals(MessageStatus.END, packet.next());
  }

  @Test
  void readsAtAnOffset() {
    byte[] message = packet(5).attribute(PAYLOAD, 1, 2).toArray();
    ByteBuffer buffer = ByteBuffer.allocate(640);
    buffer.put(128, message);

    assertEquals(MessageStatus.PACKET, packet.wrap(buffer, 128, message.length));
    assertEquals(5, packet.packetId());
    assertTrue(packet.payloadOffset() > 128);
  }

  @Test
  void takesTheCopiedLengthForTheWholeWhenNothingElseIsSaid() {
    assertEquals(MessageStatus.PACKET, wrap(packet(1).attribute(PAYLOAD, 1, 2, 3)));
    assertEquals(3, packet.capturedOf());
  }

  @Test
  void forgetsThePacketBefore() {
    wrap(packet(1).word(MARK, 5).word(INDEV, 2).attribute(PAYLOAD, 1, 2, 3));

    assertEquals(MessageStatus.PACKET, wrap(packet(2)));
    assertEquals(0, packet.mark());
    assertEquals(0, packet.inInterface());
    assertEquals(0, packet.payloadLength());
    assertEquals(0, packet.capturedOf());
  }

  @Test
  void walksSeveralMessagesOfOneDatagram() {
    NetlinkMessages two =
        packet(1)
            .attribute(PAYLOAD, 1, 2, 3)
            .message(NetlinkMessages.QUEUE_PACKET)
            .nfgen(100)
            .packetHeader(2);

    assertEquals(MessageStatus.PACKET, wrap(two));
    assertEquals(1, packet.packetId());
    assertEquals(MessageStatus.PACKET, packet.next());
    assertEquals(2, packet.packetId());
    assertEquals(0, packet.payloadLength());
    assertEquals(MessageStatus.END, packet.next());
    assertEquals(MessageStatus.END, packet.next());
  }

  @Test
  void namesThePacketWhoseVerdictFailed() {
    NetlinkMessages error =
        new NetlinkMessages()
            .message(NetlinkMessages.ERROR)
            .hostInt(-Errno.ENOENT)
            .hostInt(32)
            .octets(1, 3, 1, 0) // type 0x0301 and flags, both little endian
            .hostInt(0)
            .hostInt(0)
            .nfgen(100)
            .attribute(2, 0, 0, 0, 1, 0, 0, 0x12, 0x34);

    assertEquals(MessageStatus.ERROR, wrap(error));
    assertEquals(Errno.ENOENT, packet.errno());
    assertEquals(0x1234, packet.packetId());
    assertEquals(1, packet.failedVerdicts());
  }

  private static NetlinkMessages errorOfARun(int joined) {
    return new NetlinkMessages()
        .message(NetlinkMessages.ERROR)
        .hostInt(-Errno.ENOENT)
        .hostInt(32)
        .octets(3, 3, 1, 0) // type 0x0303 and flags, both little endian
        .octets(joined >>> 24, joined >>> 16 & 255, joined >>> 8 & 255, joined & 255)
        .hostInt(0)
        .nfgen(100)
        .attribute(2, 0, 0, 0, 1, 0, 0, 0x12, 0x34);
  }

  @Test
  void tellsHowManyVerdictsFailedWithARun() {
    assertEquals(MessageStatus.ERROR, wrap(errorOfARun(5)));
    assertEquals(Errno.ENOENT, packet.errno());
    assertEquals(0x1234, packet.packetId());
    assertEquals(6, packet.failedVerdicts());
  }

  @Test
  void believesNoImpossibleNumberOfFailedVerdicts() {
    assertEquals(MessageStatus.ERROR, wrap(errorOfARun(-1)));
    assertEquals(1, packet.failedVerdicts());
    assertEquals(MessageStatus.ERROR, wrap(errorOfARun(Integer.MAX_VALUE)));
    assertEquals(VerdictBatch.MAX_CAPACITY, packet.failedVerdicts());

    wrap(packet(2));
    assertEquals(0, packet.failedVerdicts());
  }

  @Test
  void readsAnErrorThatDoesNotQuoteTheRequest() {
    NetlinkMessages error =
        new NetlinkMessages().message(NetlinkMessages.ERROR).hostInt(-Errno.EPERM);

    assertEquals(MessageStatus.ERROR, wrap(error));
    assertEquals(Errno.EPERM, packet.errno());
    assertEquals(0, packet.packetId());
  }

  @Test
  void passesOverAcknowledgementsAndForeignMessages() {
    NetlinkMessages acknowledgement =
        new NetlinkMessages().message(NetlinkMessages.ERROR).hostInt(0);
    NetlinkMessages foreign = new NetlinkMessages().message(NetlinkMessages.LOG_PACKET).nfgen(1);

    assertEquals(MessageStatus.OTHER, wrap(acknowledgement));
    assertEquals(MessageStatus.OTHER, wrap(foreign));
  }

  @Test
  void keepsTheIdOfAPacketCutAnywhereBehindIt() {
    byte[] whole = packet(77).word(MARK, 1).attribute(PAYLOAD, 1, 2, 3, 4, 5, 6, 7, 8).toArray();
    int behindHeader = 16 + 4 + 4 + 7;
    for (int length = behindHeader; length < whole.length; length++) {
      assertEquals(
          MessageStatus.CUT_PACKET, packet.wrap(ByteBuffer.wrap(whole), 0, length), "at " + length);
      assertEquals(77, packet.packetId());
      assertTrue(packet.payloadOffset() + packet.payloadLength() <= length);
    }
    for (int length = 0; length < behindHeader; length++) {
      assertEquals(
          MessageStatus.MALFORMED, packet.wrap(ByteBuffer.wrap(whole), 0, length), "at " + length);
    }
  }

  @Test
  void endsAtAnAttributeShorterThanItsOwnHeader() {
    assertEquals(MessageStatus.CUT_PACKET, wrap(packet(3).attributeOfLength(0, MARK, 1, 2, 3, 4)));
    assertEquals(3, packet.packetId());
    assertEquals(MessageStatus.CUT_PACKET, wrap(packet(3).attributeOfLength(3, MARK)));
  }

  @Test
  void readsNothingBeyondAnAttributeTooShortForItsType() {
    assertEquals(MessageStatus.CUT_PACKET, wrap(packet(3).attribute(MARK, 1, 2)));
    assertEquals(0, packet.mark());
    assertEquals(
        MessageStatus.MALFORMED,
        wrap(
            new NetlinkMessages()
                .message(NetlinkMessages.QUEUE_PACKET)
                .nfgen(1)
                .attribute(1, 0, 0, 0, 1)));
  }

  @Test
  void callsAPacketWithoutIdMalformed() {
    NetlinkMessages message =
        new NetlinkMessages()
            .message(NetlinkMessages.QUEUE_PACKET)
            .nfgen(1)
            .attribute(PAYLOAD, 1, 2);

    assertEquals(MessageStatus.MALFORMED, wrap(message));
  }

  @Test
  void endsAtAMessageThatSaysItIsShorterThanItsHeader() {
    byte[] bytes = packet(1).toArray();
    for (int i = 0; i < 4; i++) {
      bytes[i] = 0;
    }

    assertEquals(MessageStatus.MALFORMED, packet.wrap(ByteBuffer.wrap(bytes), 0, bytes.length));
    assertEquals(MessageStatus.END, packet.next());
  }

  static List<Long> seeds() {
    String seed = System.getProperty("seed");
    return seed != null
        ? List.of(Long.parseLong(seed))
        : new ArrayList<>(List.of(1L, 2L, System.nanoTime()));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void staysInsideWhateverTheBytesAre(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] good =
        packet(9)
            .word(MARK, 1)
            .attribute(PAYLOAD, 1, 2, 3, 4, 5)
            .message(NetlinkMessages.ERROR)
            .hostInt(-2)
            .toArray();
    LoggedPacket logged = new LoggedPacket();
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      bytes[5] = random.nextBoolean() ? bytes[5] : (byte) 4;
      int length = random.nextInt(bytes.length + 1);
      // The buffer ends where the datagram does: a read outside throws.
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length).slice();
      int messages = 0;
      for (int s = packet.wrap(buffer, 0, length); s != MessageStatus.END; s = packet.next()) {
        assertTrue(packet.payloadOffset() + packet.payloadLength() <= length);
        assertTrue(++messages <= length / 16 + 1);
      }
      for (int s = logged.wrap(buffer, 0, length); s != MessageStatus.END; s = logged.next()) {
        assertTrue(logged.payloadOffset() + logged.payloadLength() <= length);
        assertTrue(logged.prefixNumber() >= -1);
      }
    }
  }
}
