// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class StreamLimitsTest {
  private static final byte[] ONE = {1};
  private static final long IDLE_NS = 1_000;
  private static final int MOST_OF_ONE = 3_700;

  private final Heard heard = new Heard();
  private final TcpDnsStreams streams =
      new TcpDnsStreams(new StreamLimits(3, 4_000, MOST_OF_ONE, IDLE_NS), heard);

  private Server open(int port) {
    Server server = new Server(streams, port, port);
    server.synAck();
    return server;
  }

  /** The length and as many octets of a message that is longer. */
  private static byte[] begun(int octets) {
    return Arrays.copyOf(new byte[] {(byte) 0xff, (byte) 0xff}, octets + 2);
  }

  @Test
  void dropsTheStreamThatIsIdleLongestForANewOne() {
    Server first = open(1);
    Server second = open(2);
    Server third = open(3);
    first.data(0, (byte) 0);
    open(4);
    heard.expectLosses(StreamLoss.TOO_MANY_STREAMS);
    assertEquals(3, streams.streams());

    second.data(0, Server.framed(ONE));
    heard.expectLosses(StreamLoss.NOT_FOLLOWED);
    first.data(1, (byte) 1, (byte) 1);
    third.data(0, Server.framed(ONE));
    heard.expect(ONE, ONE);
  }

  @Test
  void dropsTheStreamThatIsIdleLongestAndKeepsOctetsForMoreOctets() {
    Server empty = open(1);
    Server idle = open(2);
    Server busy = open(3);
    idle.data(0, begun(1_800));
    busy.data(0, begun(1_800));
    heard.expect();
    busy.data(1_802, new byte[600]);
    heard.expectLosses(StreamLoss.TOO_MANY_OCTETS);
    assertTrue(streams.octets() <= 4_000);
    empty.data(0, Server.framed(ONE));
    heard.expect(ONE);
    idle.data(1_802, ONE);
    heard.expectLosses(StreamLoss.NOT_FOLLOWED);
  }

  @Test
  void givesUpAStreamWithMoreOctetsThanOneMayKeep() {
    Server server = open(1);
    server.data(0, begun(1_000));
    heard.expect();
    server.data(1_002, new byte[2_800]);
    heard.expectLosses(StreamLoss.TOO_MANY_OCTETS);
    assertEquals(0, streams.octets());
    assertEquals(0, streams.streams());
  }

  @Test
  void countsWhatAPieceCostsBesidesItsOctets() {
    Server server = open(1);
    for (int i = 0; streams.streams() == 1; i++) {
      assertTrue(i < MOST_OF_ONE / EarlySegments.PIECE_OVERHEAD);
      server.data(10 + 2 * i, (byte) 1);
    }
    heard.expectLosses(StreamLoss.TOO_MANY_OCTETS);
  }

  @Test
  void boundsThePiecesAheadOfAMissingOne() {
    TcpDnsStreams roomy = new TcpDnsStreams(StreamLimits.of(1, 1 << 20), heard);
    Server server = Server.open(roomy);
    for (int i = 0; i < EarlySegments.MAX_PIECES; i++) {
      server.data(10 + 2 * i, (byte) 1);
    }
    heard.expect();
    server.data(5, (byte) 1);
    heard.expectLosses(StreamLoss.TOO_MUCH_AHEAD);
    assertEquals(0, roomy.octets());
  }

  @Test
  void forgetsWhatIsIdle() {
    Server first = open(1);
    Server second = open(2);
    second.nowNs = 400;
    second.data(0, begun(10));
    Server third = new Server(streams, 3, 3);
    third.nowNs = IDLE_NS + 1;
    third.synAck();
    heard.expectLosses(StreamLoss.IDLE);
    first.nowNs = IDLE_NS + 1;
    first.data(0, ONE);
    heard.expectLosses(StreamLoss.NOT_FOLLOWED);
    third.nowNs = IDLE_NS + 401;
    third.data(0);
    heard.expectLosses(StreamLoss.IDLE);
    assertEquals(1, streams.streams());
    assertEquals(0, streams.octets());
  }

  @Test
  void givesNoMemoryForALengthThatIsOnlyAnnounced() {
    Server server = open(1);
    server.data(0, begun(1));
    assertTrue(streams.octets() <= 512, () -> "octets=" + streams.octets());
  }

  @Test
  void refusesLimitsThatAllowNothing() {
    assertThrows(IllegalArgumentException.class, () -> StreamLimits.of(0, 1));
    assertThrows(IllegalArgumentException.class, () -> StreamLimits.of(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new StreamLimits(1, 1, 1, 0));
  }
}
