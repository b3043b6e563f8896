// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.namegate.packet.Packets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any segments of a few connections, in any order. */
final class TcpDnsStreamsFuzz {
  private static final StreamLimits TIGHT = new StreamLimits(3, 2_000, 1_500, 400);

  /**
   * Each four octets are a segment: its connection and flags, its place, its length, and the octet
   * that it is filled with.
   */
  @FuzzTest
  void staysInItsBounds(byte[] octets) {
    Heard heard = new Heard();
    TcpDnsStreams streams = new TcpDnsStreams(TIGHT, heard);
    ByteBuffer script = ByteBuffer.wrap(octets);
    long nowNs = 0;
    while (script.remaining() >= 4) {
      int how = script.get() & 0xff;
      int place = script.get();
      byte[] data = new byte[2 * (script.get() & 0xff)];
      Arrays.fill(data, (byte) (script.get() & 0x3));
      Server server = new Server(streams, 1_024 + (how & 0x7), Integer.MAX_VALUE - 50);
      nowNs += how >>> 6 == 3 ? 150 : 1;
      server.nowNs = nowNs;
      switch (how >>> 3 & 0x7) {
        case 0 -> server.synAck();
        case 1 -> server.flagged(Packets.TCP_FIN | Packets.TCP_ACK, place, data);
        case 2 -> server.flagged(Packets.TCP_RST, place);
        case 3 -> server.cut(place, data);
        default -> server.data(place, data);
      }
      assertTrue(streams.streams() <= TIGHT.maxStreams());
      assertTrue(streams.octets() >= 0 && streams.octets() <= TIGHT.maxOctets());
    }
    Server last = new Server(streams, 9, 0);
    last.nowNs = nowNs + TIGHT.maxIdleNs() + 1;
    last.synAck();
    assertEquals(1, streams.streams());
    assertEquals(0, streams.octets());
  }

  /**
   * The first octet says how many segments there are, each two behind it are the place and length
   * of one, and the rest is the stream. What is told is what stands in it, in order.
   */
  @FuzzTest
  void tellsWhatStandsInTheStream(byte[] octets) {
    int segments = octets.length == 0 ? 0 : Math.min(octets[0] & 0x3f, (octets.length - 1) / 2);
    byte[] stream =
        octets.length == 0 ? octets : Arrays.copyOfRange(octets, 1 + 2 * segments, octets.length);
    Heard heard = new Heard();
    TcpDnsStreams streams = new TcpDnsStreams(StreamLimits.of(1, 1 << 20), heard);
    Server server = Server.open(streams);
    boolean[] sent = new boolean[stream.length];
    for (int i = 0; i < segments; i++) {
      int from = Math.min(octets[1 + 2 * i] & 0xff, stream.length);
      int to = Math.min(from + (octets[2 + 2 * i] & 0xff), stream.length);
      server.data(from, Arrays.copyOfRange(stream, from, to));
      Arrays.fill(sent, from, to, true);
    }
    int inOrder = 0;
    while (inOrder < sent.length && sent[inOrder]) {
      inOrder++;
    }
    heard.expect(messages(stream, inOrder));
  }

  private static byte[][] messages(byte[] stream, int end) {
    List<byte[]> messages = new ArrayList<>();
    for (int at = 0; at + 2 <= end; ) {
      int length = ((stream[at] & 0xff) << 8) | (stream[at + 1] & 0xff);
      at += 2;
      if (length > end - at) {
        break;
      }
      if (length > 0) {
        messages.add(Arrays.copyOfRange(stream, at, at + length));
      }
      at += length;
    }
    return messages.toArray(byte[][]::new);
  }
}
