// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class IpPacketPropertyTest {
  private static final int ROUNDS = 400;

  private final IpPacket packet = new IpPacket();

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void decodesWhatWasEncoded(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      boolean ipv4 = random.nextBoolean();
      IpAddress source = address(random, ipv4);
      IpAddress destination = address(random, ipv4);
      int from = random.nextInt(65_536);
      int to = random.nextInt(65_536);
      byte[] data = bytes(random, random.nextInt(300));
      byte[] octets =
          switch (random.nextInt(3)) {
            case 0 -> Packets.udp(source, from, destination, to, data);
            case 1 -> Packets.tcp(source, from, destination, to, random.nextInt(256), data);
            default -> Packets.sctp(source, from, destination, to, data);
          };
      int captured = Math.min(octets.length, random.nextInt(60, 400));

      int status = packet.decode(ByteBuffer.wrap(octets), 0, captured);

      assertEquals(ParseStatus.OK, status);
      assertEquals(source, new IpAddress(packet.sourceHi(), packet.sourceLo()));
      assertEquals(destination, new IpAddress(packet.destinationHi(), packet.destinationLo()));
      assertEquals(from, packet.sourcePort());
      assertEquals(to, packet.destinationPort());
      assertEquals(Math.max(0, captured - (octets.length - data.length)), packet.payloadLength());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void decodesAnyBytesAlikeInEveryBuffer(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] octets = bytes(random, random.nextInt(120));
      if (octets.length > 0) {
        octets[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
      }
      if (octets.length > 6) {
        octets[6] = (byte) new int[] {0, 43, 44, 51, 60, 6}[random.nextInt(6)];
      }
      assertDecodesAlike(octets);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void decodesMutatedPacketsAlikeInEveryBuffer(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] octets = mutate(random, valid(random));
      assertDecodesAlike(octets);
    }
  }

  private void assertDecodesAlike(byte[] octets) {
    String expected = null;
    for (BufferShapes.Shape shape : BufferShapes.of(octets)) {
      int status = packet.decode(shape.buffer(), shape.offset(), octets.length);

      String seen = describe(status, shape.offset());
      expected = expected == null ? seen : expected;
      assertEquals(expected, seen, shape.name());
      if (status == ParseStatus.OK) {
        int start = packet.payloadOffset() - shape.offset();
        assertTrue(start >= 20, seen);
        assertTrue(packet.payloadLength() >= 0, seen);
        assertTrue(start + packet.payloadLength() <= octets.length, seen);
      }
    }
  }

  private String describe(int status, int offset) {
    int payload = status == ParseStatus.OK ? packet.payloadOffset() - offset : 0;
    return String.join(
        " ",
        ParseStatus.name(status),
        "v" + packet.ipVersion(),
        "protocol=" + packet.protocol(),
        new IpAddress(packet.sourceHi(), packet.sourceLo()).toString(),
        new IpAddress(packet.destinationHi(), packet.destinationLo()).toString(),
        "ports=" + packet.sourcePort() + "," + packet.destinationPort(),
        "icmp=" + packet.icmpType() + "," + packet.icmpCode(),
        "flags=" + packet.tcpFlags(),
        "payload=" + payload + "+" + packet.payloadLength());
  }

  private static byte[] valid(SplittableRandom random) {
    boolean ipv4 = random.nextBoolean();
    IpAddress source = address(random, ipv4);
    IpAddress destination = address(random, ipv4);
    byte[] udp = Packets.udpDatagram(source, 1, destination, 2, bytes(random, 20));
    if (ipv4) {
      byte[] options = new byte[4 * random.nextInt(11)];
      return Packets.ipv4(source, destination, IpPacket.UDP, 0, options, udp);
    }
    byte[] body = udp;
    int next = IpPacket.UDP;
    for (int headers = random.nextInt(6); headers > 0; headers--) {
      int header = new int[] {0, 43, 44, 51, 60}[random.nextInt(5)];
      byte[] extension =
          switch (header) {
            case 43 -> Packets.routingHeader(next, 0, destination);
            case 44 -> Packets.fragmentHeader(next, 0, false, 1);
            case 51 -> Packets.authenticationHeader(next);
            default -> Packets.optionsHeader(next, random.nextInt(1, 4));
          };
      body = Packets.concat(extension, body);
      next = header;
    }
    return Packets.ipv6(source, destination, next, body);
  }

  private static byte[] mutate(SplittableRandom random, byte[] octets) {
    byte[] mutated = Arrays.copyOf(octets, random.nextInt(octets.length / 2, octets.length + 4));
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
    }
    return mutated;
  }

  private static IpAddress address(SplittableRandom random, boolean ipv4) {
    return ipv4
        ? IpAddress.ofIpv4(random.nextInt())
        : new IpAddress(0x2001_0db8_0000_0000L | random.nextInt(1 << 30), random.nextLong());
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
