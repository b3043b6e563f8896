// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.Packets;
import dev.namegate.packet.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TcpDnsStreamsPropertyTest {
  private static final int ROUNDS = 60;

  private final Heard heard = new Heard();

  private static LongStream seeds() {
    return Seeds.seeds();
  }

  private record Piece(int from, int to) {}

  @ParameterizedTest
  @MethodSource("seeds")
  void tellsTheMessagesOfThePlainStreamHoweverItIsSent(long seed) {
    Random random = new Random(seed);
    TcpDnsStreams streams = new TcpDnsStreams(StreamLimits.of(4, 1 << 22), heard);
    for (int round = 0; round < ROUNDS; round++) {
      byte[][] messages = messages(random);
      byte[] all = Server.framed(messages);
      List<Piece> pieces = disorder(segmentation(random, all.length), random);
      Server server = new Server(streams, 1_024 + round, random.nextInt());
      server.synAck();
      int told = 0;
      Coverage coverage = new Coverage(all.length);
      for (Piece piece : pieces) {
        server.data(piece.from(), Arrays.copyOfRange(all, piece.from(), piece.to()));
        coverage.add(piece);
        told = complete(messages, coverage.inOrder());
        heard.expectLosses();
        assertEquals(told, heard.count(), "messages told when their last octet is there");
      }
      assertEquals(messages.length, told);
      heard.expect(messages);
      server.flagged(Packets.TCP_FIN | Packets.TCP_ACK, all.length);
      assertEquals(0, streams.streams());
      assertEquals(0, streams.octets());
    }
  }

  private static byte[][] messages(Random random) {
    byte[][] messages = new byte[1 + random.nextInt(6)][];
    for (int i = 0; i < messages.length; i++) {
      int size = random.nextInt(8);
      messages[i] = new byte[1 + random.nextInt(size == 0 ? 65_535 : size == 1 ? 3 : 900)];
      random.nextBytes(messages[i]);
    }
    return messages;
  }

  /** Cuts of any size that cover all, and some that cover parts again, out of step. */
  private static List<Piece> segmentation(Random random, int length) {
    int longest = List.of(1, 3, 40, 1_460, 65_000).get(random.nextInt(5));
    longest = Math.max(longest, length / 150);
    List<Piece> pieces = new ArrayList<>();
    for (int at = 0; at < length; ) {
      int to = Math.min(length, at + 1 + random.nextInt(longest));
      pieces.add(new Piece(at, to));
      at = to;
    }
    int again = random.nextInt(pieces.size() + 1);
    for (int i = 0; i < again; i++) {
      int from = random.nextInt(length);
      int to = Math.min(length, from + 1 + random.nextInt(Math.min(2 * longest, 65_000)));
      pieces.add(random.nextInt(pieces.size() + 1), new Piece(from, to));
    }
    return pieces;
  }

  private static List<Piece> disorder(List<Piece> pieces, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> Collections.shuffle(pieces, random);
      case 1 -> Collections.reverse(pieces);
      case 2 -> {
        for (int i = 0; i + 3 < pieces.size(); i++) {
          Collections.swap(pieces, i, i + random.nextInt(3));
        }
      }
      default -> {} // as they are
    }
    return pieces;
  }

  /** How far the stream is there without a gap: the plain model of it. */
  private static final class Coverage {
    private final boolean[] there;
    private int inOrder;

    Coverage(int length) {
      there = new boolean[length];
    }

    void add(Piece piece) {
      Arrays.fill(there, piece.from(), piece.to(), true);
      while (inOrder < there.length && there[inOrder]) {
        inOrder++;
      }
    }

    int inOrder() {
      return inOrder;
    }
  }

  private static int complete(byte[][] messages, int octets) {
    int end = 0;
    int count = 0;
    for (byte[] message : messages) {
      end += 2 + message.length;
      count += end <= octets ? 1 : 0;
    }
    return count;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void staysInItsBoundsWhateverComes(long seed) {
    Random random = new Random(seed);
    StreamLimits limits = new StreamLimits(5, 3_000, 2_000, 500);
    TcpDnsStreams streams = new TcpDnsStreams(limits, heard);
    IpAddress from = IpAddress.parse("192.0.2.53");
    IpAddress to = IpAddress.parse("192.0.2.7");
    long nowNs = random.nextLong();
    for (int i = 0; i < 5_000; i++) {
      Server server = new Server(streams, from, to, random.nextInt(9), 0);
      server.nowNs = nowNs;
      nowNs += random.nextInt(40);
      byte[] data = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(700)];
      random.nextBytes(data);
      if (data.length > 1 && random.nextBoolean()) {
        data[0] = 0;
      }
      int flags = random.nextInt(8) == 0 ? random.nextInt(256) : Packets.TCP_ACK;
      int sequence = random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(3_000);
      if (random.nextInt(100) == 0) {
        server.cut(sequence, data);
      } else {
        server.segment(random.nextInt(6) == 0 ? 0x12 : flags, sequence, data);
      }
      assertTrue(streams.streams() <= limits.maxStreams());
      assertTrue(streams.octets() >= 0 && streams.octets() <= limits.maxOctets());
    }
    closeAll(streams, from, to, nowNs);
  }

  /** What is left is accounted for to the last octet. */
  private static void closeAll(TcpDnsStreams streams, IpAddress from, IpAddress to, long nowNs) {
    Server last = new Server(streams, from, to, 10_000, 0);
    last.nowNs = nowNs + 501;
    last.synAck();
    assertEquals(1, streams.streams());
    assertEquals(0, streams.octets());
  }
}
