// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.Packets;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class TcpDnsStreamsTest {
  private static final byte[] ONE = {1};
  private static final byte[] TWO = {2, 2};
  private static final byte[] LONG = filled(300, 7);
  private static final int FIN_ACK = Packets.TCP_FIN | Packets.TCP_ACK;

  private final Heard heard = new Heard();
  private final TcpDnsStreams streams = new TcpDnsStreams(StreamLimits.of(16, 1 << 20), heard);

  private static byte[] filled(int length, int value) {
    byte[] octets = new byte[length];
    Arrays.fill(octets, (byte) value);
    return octets;
  }

  @Test
  void tellsAMessageThatLiesInOneSegment() {
    Server.open(streams).data(0, Server.framed(LONG));
    heard.expect(LONG);
    assertEquals(0, streams.octets());
  }

  @Test
  void tellsSeveralMessagesOfOneSegmentAndTheRestWithTheNext() {
    Server server = Server.open(streams);
    byte[] all = Server.framed(ONE, LONG, TWO, LONG);
    server.data(0, Arrays.copyOf(all, all.length - 10));
    heard.expect(ONE, LONG, TWO);
    server.data(all.length - 10, Arrays.copyOfRange(all, all.length - 10, all.length));
    heard.expect(LONG);
    assertEquals(0, streams.octets());
  }

  @Test
  void tellsAMessageWithTheSegmentThatCompletesItOneOctetEach() {
    Server server = Server.open(streams);
    byte[] all = Server.framed(LONG, ONE);
    for (int i = 0; i < all.length; i++) {
      assertEquals(i > LONG.length + 1 ? 1 : 0, heard.count());
      server.data(i, all[i]);
    }
    heard.expect(LONG, ONE);
  }

  @Test
  void takesTheLongestMessageInSegmentsAndInOne() {
    byte[] longest = filled(65_535, 3);
    byte[] all = Server.framed(longest);
    Server server = Server.open(streams);
    for (int at = 0; at < all.length; at += 1_460) {
      server.data(at, Arrays.copyOfRange(all, at, Math.min(all.length, at + 1_460)));
    }
    heard.expect(longest);

    byte[] aggregate = Server.framed(filled(65_000, 4), filled(450, 5));
    server.data(all.length, aggregate);
    heard.expect(filled(65_000, 4), filled(450, 5));
  }

  @Test
  void passesOverMessagesOfLengthZero() {
    Server server = Server.open(streams);
    server.data(0, Server.framed(new byte[0], ONE, new byte[0], new byte[0], TWO));
    heard.expect(ONE, TWO);
    server.data(15, (byte) 0);
    server.data(16, (byte) 0);
    heard.expect();
  }

  @Test
  void keepsWhatComesEarly() {
    Server server = Server.open(streams);
    byte[] all = Server.framed(LONG, ONE, TWO);
    server.data(200, Arrays.copyOfRange(all, 200, all.length));
    server.data(100, Arrays.copyOfRange(all, 100, 200));
    heard.expect();
    server.data(0, Arrays.copyOf(all, 100));
    heard.expect(LONG, ONE, TWO);
    assertEquals(0, streams.octets());
  }

  @Test
  void fillsTheGapsBetweenEarlyPiecesFromOneSegment() {
    Server server = Server.open(streams);
    byte[] all = Server.framed(LONG);
    server.data(50, Arrays.copyOfRange(all, 50, 100));
    server.data(150, Arrays.copyOfRange(all, 150, 200));
    server.data(120, Arrays.copyOfRange(all, 120, 130));
    server.data(40, Arrays.copyOfRange(all, 40, all.length));
    heard.expect();
    server.data(0, Arrays.copyOf(all, 45));
    heard.expect(LONG);
    assertEquals(0, streams.octets());
  }

  @Test
  void neverChangesWhatCameInOrder() {
    Server server = Server.open(streams);
    byte[] all = Server.framed(LONG, TWO);
    server.data(0, Arrays.copyOf(all, 250));
    server.data(0, filled(250, 9));
    server.data(100, Packets.concat(filled(150, 9), Arrays.copyOfRange(all, 250, all.length)));
    heard.expect(LONG, TWO);
    server.data(0, filled(all.length, 9));
    heard.expect();
  }

  @Test
  void givesUpAStreamWhoseEarlySegmentsContradict() {
    Server server = Server.open(streams);
    server.data(10, filled(10, 1));
    server.data(15, filled(10, 2));
    heard.expectLosses(StreamLoss.CONTRADICTION);
    server.data(0, Server.framed(ONE));
    heard.expectLosses(StreamLoss.NOT_FOLLOWED);
    heard.expectMessages();
    assertEquals(0, streams.octets());
  }

  @Test
  void givesUpAStreamWhoseEarlySegmentContradictsTheMissingOne() {
    Server server = Server.open(streams);
    byte[] all = Server.framed(ONE, TWO);
    server.data(4, filled(3, 9));
    server.data(0, all);
    heard.expectLosses(StreamLoss.CONTRADICTION);
    heard.expectMessages();
  }

  @Test
  void followsSequenceNumbersOverTheirEnd() {
    for (int before = 0; before < 310; before++) {
      Server server = new Server(streams, 1_000 + before, -1 - before);
      server.synAck();
      byte[] all = Server.framed(LONG, ONE);
      server.data(150, Arrays.copyOfRange(all, 150, all.length));
      server.data(0, Arrays.copyOf(all, 160));
      server.data(0, Arrays.copyOf(all, 160));
      heard.expect(LONG, ONE);
      server.flagged(FIN_ACK, all.length);
    }
    assertEquals(0, streams.streams());
  }

  @Test
  void followsAStreamThatIsLongerThanTheSequenceNumbers() {
    DnsStream stream = new DnsStream(0, 1, 0, 2, 3, Server.ISN);
    ByteBuffer segment = ByteBuffer.wrap(Server.framed(filled(65_000, 1)));
    Refusing memory = new Refusing();
    long told = 0;
    long place = 0;
    while (place < (1L << 32) + 2L * segment.limit()) {
      int sequence = (int) (Server.ISN + place);
      assertNull(stream.take(sequence, segment, 0, segment.limit(), memory, heard));
      told += heard.forget();
      place += segment.limit();
    }
    assertEquals(place / segment.limit(), told);
    heard.expectLosses();
  }

  private static final class Refusing implements DnsStream.Memory {
    @Override
    public boolean reserve(DnsStream stream, int octets) {
      return false;
    }

    @Override
    public void release(DnsStream stream, int octets) {
      throw new AssertionError("nothing to release");
    }
  }

  @Test
  void takesDataThatComesWithTheSynAck() {
    Server server = new Server(streams, 5_000, Server.ISN);
    byte[] all = Server.framed(ONE, TWO);
    server.synAck(Arrays.copyOf(all, 5));
    heard.expect(ONE);
    server.synAck(Arrays.copyOf(all, 5));
    server.data(5, Arrays.copyOfRange(all, 5, all.length));
    heard.expect(TWO);
  }

  @Test
  void passesOverKeepalivesAndWindowProbes() {
    Server server = Server.open(streams);
    server.data(-1);
    server.data(-1, (byte) 0);
    server.data(0, Server.framed(ONE));
    server.data(2);
    server.data(2, (byte) 99);
    server.data(3, Server.framed(TWO));
    heard.expect(ONE, TWO);
  }

  @Test
  void passesOverWhatIsInNoWindow() {
    Server server = Server.open(streams);
    server.data(1L << 31, LONG);
    server.data((1L << 30) + 1, LONG);
    server.data(-(1L << 30), LONG);
    assertEquals(0, streams.octets());
    server.data(0, Server.framed(ONE));
    heard.expect(ONE);
  }

  @Test
  void endsAStreamWithItsFinInOrderOnly() {
    Server server = Server.open(streams);
    byte[] all = Server.framed(LONG);
    server.flagged(FIN_ACK, 100, Arrays.copyOfRange(all, 100, all.length));
    assertEquals(1, streams.streams());
    server.data(0, Arrays.copyOf(all, 100));
    heard.expect(LONG);
    assertEquals(0, streams.streams());

    server.data(0, all);
    heard.expectLosses(StreamLoss.NOT_FOLLOWED);
    server.flagged(FIN_ACK, all.length);
    heard.expect();
  }

  @Test
  void forgetsAnUnfinishedMessageWithTheFin() {
    Server server = Server.open(streams);
    server.flagged(FIN_ACK, 0, Arrays.copyOf(Server.framed(LONG), 100));
    heard.expect();
    assertEquals(0, streams.streams());
    assertEquals(0, streams.octets());
  }

  @Test
  void endsAStreamWithTheResetsThatAClientHeeds() {
    Server server = Server.open(streams);
    server.flagged(Packets.TCP_RST, 1);
    server.flagged(Packets.TCP_RST, 1_000);
    server.flagged(Packets.TCP_RST, -1);
    assertEquals(1, streams.streams());
    server.flagged(Packets.TCP_RST, 0);
    assertEquals(0, streams.streams());

    server.synAck();
    server.data(10, LONG);
    server.flagged(Packets.TCP_RST | Packets.TCP_ACK, 10 + LONG.length);
    assertEquals(0, streams.streams());
    assertEquals(0, streams.octets());
    heard.expect();
  }

  @Test
  void replacesAStreamWithANewOneOfTheSameEnds() {
    Server server = Server.open(streams);
    server.data(0, Arrays.copyOf(Server.framed(LONG), 100));
    Server again = new Server(streams, 40_000, 77_777);
    again.synAck();
    assertEquals(1, streams.streams());
    assertEquals(0, streams.octets());
    again.data(0, Server.framed(ONE));
    heard.expect(ONE);
  }

  @Test
  void goesOnWhenTheSynAckIsSentAgain() {
    Server server = Server.open(streams);
    byte[] all = Server.framed(LONG);
    server.data(0, Arrays.copyOf(all, 100));
    server.synAck();
    server.data(100, Arrays.copyOfRange(all, 100, all.length));
    heard.expect(LONG);
  }

  @Test
  void doesNotFollowWhatItSeesInTheMiddle() {
    Server server = new Server(streams, 40_000, Server.ISN);
    server.data(0, Server.framed(ONE));
    heard.expectLosses(StreamLoss.NOT_FOLLOWED);
    server.data(3);
    server.flagged(FIN_ACK, 3);
    server.flagged(Packets.TCP_RST, 3);
    server.segment(Packets.TCP_SYN, Server.ISN, ONE);
    server.segment(Packets.TCP_SYN | Packets.TCP_ACK | Packets.TCP_RST, Server.ISN);
    heard.expect();
    assertEquals(0, streams.streams());
  }

  @Test
  void givesUpAStreamOfWhichASegmentIsCut() {
    Server server = Server.open(streams);
    server.cut(0, Server.framed(ONE));
    heard.expectLosses(StreamLoss.CUT);
    heard.expectMessages();
    assertEquals(0, streams.streams());
  }

  @Test
  void keepsStreamsOfOtherEndsApart() {
    Server[] servers = new Server[16];
    for (int i = 0; i < servers.length; i++) {
      servers[i] =
          new Server(
              streams,
              IpAddress.parse((i & 1) == 0 ? "192.0.2.53" : "2001:db8::53"),
              IpAddress.parse((i & 1) == 0 ? "192.0.2." + (i & 2) : "2001:db8::" + (i & 2)),
              40_000 + (i >>> 2),
              i * 31);
      servers[i].synAck();
    }
    for (int octet = 0; octet < 4; octet++) {
      for (int i = 0; i < servers.length; i++) {
        servers[i].data(octet, Server.framed(new byte[] {(byte) i, 1})[octet]);
      }
    }
    assertEquals(16, streams.streams());
    byte[][] expected = new byte[16][];
    Arrays.setAll(expected, i -> new byte[] {(byte) i, 1});
    heard.expect(expected);
  }

  @Test
  void forgetsAStreamWhoseListenerThrows() {
    TcpDnsStreams throwing =
        new TcpDnsStreams(
            StreamLimits.of(2, 1_000),
            new StreamListener() {
              @Override
              public void message(ByteBuffer buffer, int offset, int length) {
                throw new IllegalStateException("as the test wants");
              }

              @Override
              public void lost(StreamLoss why) {}
            });
    Server server = Server.open(throwing);
    server.data(0, (byte) 0);
    assertThrows(IllegalStateException.class, () -> server.data(1, (byte) 1, (byte) 1));
    assertEquals(0, throwing.streams());
    assertEquals(0, throwing.octets());
  }
}
