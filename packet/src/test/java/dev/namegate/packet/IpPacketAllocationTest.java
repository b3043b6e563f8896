// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IpPacketAllocationTest {
  private static final int ROUNDS = 20_000;

  private final IpPacket packet = new IpPacket();

  @Test
  void decodesWithoutAllocating() {
    ByteBuffer[] packets = packets();
    long checksum = decode(packets);

    assertEquals(0, Garbage.leastOf(() -> assertEquals(checksum, decode(packets))));
  }

  private long decode(ByteBuffer[] packets) {
    long sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < packets.length; i++) {
        sum += packet.decode(packets[i], 0, packets[i].limit());
        sum += packet.destinationPort() + packet.destinationLo() + packet.payloadLength();
      }
    }
    return sum;
  }

  /** What decodes, and what fails in each way. */
  private static ByteBuffer[] packets() {
    IpAddress a4 = IpAddress.parse("192.0.2.10");
    IpAddress b4 = IpAddress.parse("203.0.113.7");
    IpAddress a6 = IpAddress.parse("2001:db8::a");
    IpAddress b6 = IpAddress.parse("2001:db8:7::b");
    byte[] udp6 = Packets.udpDatagram(a6, 1, b6, 2, new byte[10]);
    return List.of(
            Packets.udp(a4, 1, b4, 2, new byte[10]),
            Packets.tcp(a6, 1, b6, 2, 2, new byte[10]),
            Packets.icmp(a4, b4, 8, 0, new byte[10]),
            Packets.ipv4(a4, b4, 17, 0, new byte[] {1, 7, 3, 0}, new byte[8]),
            Packets.ipv4(a4, b4, 17, 1, new byte[0], new byte[8]),
            Packets.ipv6(a6, b6, 60, Packets.concat(Packets.optionsHeader(17, 2), udp6)),
            Packets.ipv6(a4, b6, 59, new byte[0]),
            Packets.ipv6(a6, b6, 6, new byte[3]),
            new byte[] {0x33})
        .stream()
        .map(
            octets ->
                ByteBuffer.allocateDirect(octets.length)
                    .order(ByteOrder.nativeOrder())
                    .put(0, octets))
        .toArray(ByteBuffer[]::new);
  }
}
