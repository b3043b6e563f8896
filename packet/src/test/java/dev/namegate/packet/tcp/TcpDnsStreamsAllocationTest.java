// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.Garbage;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.Packets;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class TcpDnsStreamsAllocationTest {
  private static final int ROUNDS = 20_000;
  private static final IpAddress SERVER = IpAddress.parse("2001:db8::53");
  private static final IpAddress CLIENT = IpAddress.parse("2001:db8::7");

  private final IpPacket packet = new IpPacket();

  private static final class Sum implements StreamListener {
    private long octets;

    @Override
    public void message(ByteBuffer buffer, int offset, int length) {
      octets += length;
    }

    @Override
    public void lost(StreamLoss why) {
      throw new AssertionError(why);
    }
  }

  private static ByteBuffer segment(int flags, byte... data) {
    byte[] octets = Packets.tcp(SERVER, 53, CLIENT, 40_000, flags, data);
    return ByteBuffer.allocateDirect(octets.length).put(0, octets);
  }

  /** The sequence number of the next segment. */
  private int next;

  @Test
  void takesSegmentsThatHoldWholeMessagesWithoutAllocating() {
    Sum sum = new Sum();
    TcpDnsStreams streams = new TcpDnsStreams(StreamLimits.of(4, 100_000), sum);
    accept(streams, segment(Packets.TCP_SYN | Packets.TCP_ACK), 1);
    byte[] data = Server.framed(new byte[100], new byte[20]);
    ByteBuffer whole = segment(Packets.TCP_ACK, data);
    next = 2;

    assertEquals(0, Garbage.leastOf(() -> run(streams, whole, data.length)));
    assertEquals(0, sum.octets % (ROUNDS * 120L));
    assertTrue(sum.octets > 0);
  }

  private void run(TcpDnsStreams streams, ByteBuffer segment, int length) {
    for (int i = 0; i < ROUNDS; i++) {
      accept(streams, segment, next);
      next += length;
    }
  }

  private void accept(TcpDnsStreams streams, ByteBuffer segment, int sequence) {
    segment.putInt(40 + 4, sequence);
    int unused = packet.decode(segment, 0, segment.limit());
    streams.accept(packet, segment, false, 0);
  }
}
