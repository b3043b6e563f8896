// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IpPacketTest {
  private static final IpAddress A4 = IpAddress.parse("192.0.2.10");
  private static final IpAddress B4 = IpAddress.parse("203.0.113.7");
  private static final IpAddress A6 = IpAddress.parse("2001:db8::a");
  private static final IpAddress B6 = IpAddress.parse("2001:db8:7::b");
  private static final byte[] DATA = {1, 2, 3, 4, 5};
  private static final byte[] NOTHING = {};

  private final IpPacket packet = new IpPacket();

  private int decode(byte[] octets) {
    return decode(octets, octets.length);
  }

  private int decode(byte[] octets, int captured) {
    return packet.decode(ByteBuffer.wrap(octets), 0, captured);
  }

  private void assertStatus(int expected, byte[] octets) {
    assertEquals(ParseStatus.name(expected), ParseStatus.name(decode(octets)));
  }

  private void assertFlow(int protocol, IpAddress source, IpAddress destination) {
    assertEquals(source.isIpv4() ? 4 : 6, packet.ipVersion());
    assertEquals(protocol, packet.protocol());
    assertEquals(source, new IpAddress(packet.sourceHi(), packet.sourceLo()));
    assertEquals(destination, new IpAddress(packet.destinationHi(), packet.destinationLo()));
  }

  private void assertPorts(int source, int destination) {
    assertEquals(source, packet.sourcePort());
    assertEquals(destination, packet.destinationPort());
  }

  private byte[] payload(byte[] octets) {
    return Arrays.copyOfRange(
        octets, packet.payloadOffset(), packet.payloadOffset() + packet.payloadLength());
  }

  private static byte[] set16(byte[] octets, int at, int value) {
    byte[] changed = octets.clone();
    ByteBuffer.wrap(changed).putShort(at, (short) value);
    return changed;
  }

  @Test
  void decodesUdp() {
    for (IpAddress[] ends : new IpAddress[][] {{A4, B4}, {A6, B6}}) {
      byte[] octets = Packets.udp(ends[0], 40_000, ends[1], 53, DATA);

      assertStatus(ParseStatus.OK, octets);
      assertFlow(IpPacket.UDP, ends[0], ends[1]);
      assertPorts(40_000, 53);
      assertArrayEquals(DATA, payload(octets));
      assertEquals(-1, packet.icmpType());
    }
  }

  @Test
  void decodesTcp() {
    for (IpAddress[] ends : new IpAddress[][] {{A4, B4}, {A6, B6}}) {
      byte[] octets = Packets.tcp(ends[0], 65_535, ends[1], 443, Packets.TCP_SYN, DATA);

      assertStatus(ParseStatus.OK, octets);
      assertFlow(IpPacket.TCP, ends[0], ends[1]);
      assertPorts(65_535, 443);
      assertEquals(Packets.TCP_SYN, packet.tcpFlags());
      assertArrayEquals(DATA, payload(octets));
    }
  }

  @Test
  void givesTheTcpSequenceNumberInAnyByteOrderOfTheBuffer() {
    byte[] segment = Packets.tcpSegment(A4, 1, B4, 2, Packets.TCP_ACK, 0xfedcba98, DATA);
    byte[] octets = Packets.packet(A4, B4, IpPacket.TCP, segment);
    assertStatus(ParseStatus.OK, octets);
    assertEquals(0xfedcba98, packet.tcpSequence());
    ByteBuffer little = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(ParseStatus.OK, packet.decode(little, 0, octets.length));
    assertEquals(0xfedcba98, packet.tcpSequence());

    assertStatus(ParseStatus.OK, Packets.udp(A4, 1, B4, 2, DATA));
    assertEquals(0, packet.tcpSequence());
  }

  @Test
  void skipsTcpOptions() {
    byte[] segment = Packets.tcpSegment(A4, 1, B4, 2, Packets.TCP_ACK, new byte[] {1, 1, 1, 1, 9});
    segment[12] = 6 << 4;
    byte[] octets = Packets.packet(A4, B4, IpPacket.TCP, segment);

    assertStatus(ParseStatus.OK, octets);
    assertArrayEquals(new byte[] {9}, payload(octets));
  }

  @Test
  void decodesSctpAndUdpLite() {
    byte[] sctp = Packets.sctp(A6, 7, B6, 8, DATA);
    assertStatus(ParseStatus.OK, sctp);
    assertFlow(IpPacket.SCTP, A6, B6);
    assertPorts(7, 8);
    assertArrayEquals(DATA, payload(sctp));

    for (int coverage : new int[] {0, 8, 13}) {
      byte[] udpLite = Packets.udpLite(A4, 7, B4, 8, coverage, DATA);
      assertStatus(ParseStatus.OK, udpLite);
      assertFlow(IpPacket.UDPLITE, A4, B4);
      assertPorts(7, 8);
      assertArrayEquals(DATA, payload(udpLite));
    }
  }

  @Test
  void decodesIcmp() {
    for (IpAddress[] ends : new IpAddress[][] {{A4, B4}, {A6, B6}}) {
      byte[] octets = Packets.icmp(ends[0], ends[1], 200, 3, DATA);

      assertStatus(ParseStatus.OK, octets);
      assertFlow(ends[0].isIpv4() ? IpPacket.ICMP : IpPacket.ICMPV6, ends[0], ends[1]);
      assertEquals(200, packet.icmpType());
      assertEquals(3, packet.icmpCode());
      assertPorts(-1, -1);
      assertArrayEquals(DATA, payload(octets));
    }
  }

  @Test
  void givesTheNumberOfAnyOtherProtocol() {
    for (int protocol : new int[] {4, 41, 47, 50, 89, 255}) {
      assertStatus(ParseStatus.OK, Packets.packet(A4, B4, protocol, DATA));
      assertFlow(protocol, A4, B4);
      assertPorts(-1, -1);
      assertStatus(ParseStatus.OK, Packets.packet(A6, B6, protocol, NOTHING));
      assertFlow(protocol, A6, B6);
      assertEquals(0, packet.payloadLength());
    }
  }

  @Test
  void takesIcmpOfTheOtherFamilyForAnyOtherProtocol() {
    assertStatus(ParseStatus.OK, Packets.packet(A6, B6, IpPacket.ICMP, new byte[] {8, 0}));
    assertEquals(-1, packet.icmpType());
    assertStatus(ParseStatus.OK, Packets.packet(A4, B4, IpPacket.ICMPV6, new byte[] {8, 0}));
    assertEquals(-1, packet.icmpType());
  }

  @Test
  void skipsIpv4Options() {
    byte[] options = {1, 7, 7, 4, 0, 0, 0, 0, 0, 0, 0, 0};
    byte[] transport = Packets.udpDatagram(A4, 1, B4, 2, DATA);
    byte[] octets = Packets.ipv4(A4, B4, IpPacket.UDP, 0, options, transport);

    assertStatus(ParseStatus.OK, octets);
    assertPorts(1, 2);
    assertArrayEquals(DATA, payload(octets));
  }

  @Test
  void refusesIpv4OptionsThatContradictTheHeader() {
    byte[] udp = Packets.udpDatagram(A4, 1, B4, 2, DATA);
    for (byte[] options :
        new byte[][] {
          {7, 5, 4, 0}, {7, 0, 0, 0}, {7, 1, 0, 0}, {1, 1, 1, 7}, {7, (byte) 255, 0, 0}
        }) {
      assertStatus(
          ParseStatus.BAD_HEADER_LENGTH, Packets.ipv4(A4, B4, IpPacket.UDP, 0, options, udp));
    }
  }

  @Test
  void refusesSourceRoutesForTheirDestinationIsNotTheHeaders() {
    byte[] udp = Packets.udpDatagram(A4, 1, B4, 2, DATA);
    for (int option : new int[] {131, 137}) {
      byte[] options = {1, (byte) option, 7, 4, 9, 9, 9, 9};
      assertStatus(ParseStatus.SOURCE_ROUTED, Packets.ipv4(A4, B4, IpPacket.UDP, 0, options, udp));
    }
    byte[] routed =
        Packets.concat(
            Packets.routingHeader(IpPacket.UDP, 1, B6), Packets.udpDatagram(A6, 1, B6, 2, DATA));
    assertStatus(ParseStatus.SOURCE_ROUTED, Packets.ipv6(A6, B6, 43, routed));
  }

  @Test
  void looksBehindExtensionHeaders() {
    byte[] chain =
        Packets.concat(
            Packets.optionsHeader(60, 1),
            Packets.optionsHeader(43, 3),
            Packets.routingHeader(44, 0, B6),
            Packets.fragmentHeader(51, 0, false, 1),
            Packets.authenticationHeader(60),
            Packets.optionsHeader(IpPacket.TCP, 2),
            Packets.tcpSegment(A6, 5, B6, 6, Packets.TCP_SYN, DATA));
    byte[] octets = Packets.ipv6(A6, B6, 0, chain);

    assertStatus(ParseStatus.OK, octets);
    assertFlow(IpPacket.TCP, A6, B6);
    assertPorts(5, 6);
    assertArrayEquals(DATA, payload(octets));
  }

  @Test
  void boundsTheNumberOfExtensionHeaders() {
    byte[] headers = NOTHING;
    for (int i = 0; i < IpPacket.MAX_EXTENSION_HEADERS - 1; i++) {
      headers = Packets.concat(Packets.optionsHeader(60, 1), headers);
    }
    byte[] udp = Packets.udpDatagram(A6, 5, B6, 6, DATA);
    byte[] most = Packets.concat(headers, Packets.optionsHeader(IpPacket.UDP, 1), udp);

    assertStatus(ParseStatus.OK, Packets.ipv6(A6, B6, 60, most));
    assertStatus(
        ParseStatus.TOO_MANY_EXTENSION_HEADERS,
        Packets.ipv6(A6, B6, 60, Packets.concat(Packets.optionsHeader(60, 1), most)));
  }

  @Test
  void refusesAnExtensionHeaderThatIsLongerThanThePacket() {
    byte[] header = Packets.optionsHeader(IpPacket.UDP, 1);
    header[1] = 2;
    byte[] octets =
        Packets.ipv6(
            A6, B6, 60, Packets.concat(header, Packets.udpDatagram(A6, 5, B6, 6, NOTHING)));
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, octets);

    byte[] longer = set16(octets, 4, 200);
    assertStatus(ParseStatus.TRUNCATED, longer);
  }

  @Test
  void refusesAnAuthenticationHeaderWithoutItsFixedFields() {
    byte[] header = Packets.authenticationHeader(IpPacket.UDP);
    header[1] = 0;
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, Packets.ipv6(A6, B6, 51, header));
  }

  @Test
  void stopsAtNoNextHeader() {
    assertStatus(ParseStatus.OK, Packets.ipv6(A6, B6, 59, NOTHING));
    assertEquals(59, packet.protocol());
  }

  @Test
  void decodesTheFirstFragment() {
    byte[] udp = Packets.udpDatagram(A4, 5, B4, 53, new byte[100]);
    byte[] first = Arrays.copyOf(udp, 48);

    assertStatus(
        ParseStatus.OK, Packets.ipv4(A4, B4, IpPacket.UDP, Packets.MORE_FRAGMENTS, NOTHING, first));
    assertPorts(5, 53);
    assertEquals(40, packet.payloadLength());
    assertStatus(
        ParseStatus.OK,
        Packets.ipv6(
            A6, B6, 44, Packets.concat(Packets.fragmentHeader(IpPacket.UDP, 0, true, 1), first)));
    assertPorts(5, 53);
    assertEquals(40, packet.payloadLength());
  }

  @Test
  void refusesAFirstFragmentWithoutTheWholeTransportHeader() {
    byte[] tcp = Packets.tcpSegment(A4, 5, B4, 53, Packets.TCP_SYN, DATA);
    byte[] first = Arrays.copyOf(tcp, 16);

    assertStatus(
        ParseStatus.TRUNCATED,
        Packets.ipv4(A4, B4, IpPacket.TCP, Packets.MORE_FRAGMENTS, NOTHING, first));
    assertStatus(
        ParseStatus.TRUNCATED,
        Packets.ipv6(
            A6, B6, 44, Packets.concat(Packets.fragmentHeader(IpPacket.TCP, 0, true, 1), first)));
  }

  @Test
  void givesAddressesAndProtocolOfALaterFragment() {
    assertStatus(ParseStatus.LATER_FRAGMENT, Packets.ipv4(A4, B4, IpPacket.TCP, 1, NOTHING, DATA));
    assertFlow(IpPacket.TCP, A4, B4);
    assertPorts(-1, -1);
    assertStatus(
        ParseStatus.LATER_FRAGMENT,
        Packets.ipv6(
            A6, B6, 44, Packets.concat(Packets.fragmentHeader(IpPacket.UDP, 8, false, 1), DATA)));
    assertFlow(IpPacket.UDP, A6, B6);
    assertPorts(-1, -1);
  }

  @Test
  void takesAnAtomicFragmentForAWholePacket() {
    byte[] udp = Packets.udpDatagram(A6, 5, B6, 53, DATA);
    byte[] octets =
        Packets.ipv6(
            A6, B6, 44, Packets.concat(Packets.fragmentHeader(IpPacket.UDP, 0, false, 1), udp));

    assertStatus(ParseStatus.OK, octets);
    assertArrayEquals(DATA, payload(octets));
  }

  @Test
  void refusesIpv4MappedAddressesOnTheWireOfIpv6() {
    assertStatus(ParseStatus.IPV4_MAPPED_ADDRESS, Packets.ipv6(A6, B4, 59, NOTHING));
    assertStatus(ParseStatus.IPV4_MAPPED_ADDRESS, Packets.ipv6(A4, B6, 59, NOTHING));
  }

  @Test
  void needsOnlyTheHeadersToBeCaptured() {
    byte[] udp = Packets.udp(A4, 5, B4, 53, new byte[1_000]);
    assertEquals(ParseStatus.OK, decode(udp, 256));
    assertEquals(256 - 28, packet.payloadLength());
    assertEquals(ParseStatus.OK, decode(udp, 28));
    assertEquals(0, packet.payloadLength());
    assertEquals(ParseStatus.TRUNCATED, decode(udp, 27));

    byte[] segment = Packets.tcpSegment(A6, 5, B6, 53, 0, new byte[40]);
    segment[12] = (byte) (15 << 4);
    byte[] tcp = Packets.packet(A6, B6, IpPacket.TCP, segment);
    assertEquals(ParseStatus.OK, decode(tcp, 60));
    assertEquals(0, packet.payloadLength());
  }

  @Test
  void leavesOutWhatFollowsThePacketOrTheDatagram() {
    byte[] octets = Packets.udp(A4, 5, B4, 53, DATA);
    byte[] padded = Packets.concat(octets, new byte[20]);
    assertStatus(ParseStatus.OK, padded);
    assertArrayEquals(DATA, payload(padded));

    byte[] shorter = set16(octets, 24, 8 + 2);
    assertStatus(ParseStatus.OK, shorter);
    assertArrayEquals(new byte[] {1, 2}, payload(shorter));
  }

  @Test
  void refusesLengthsThatContradictThePacket() {
    byte[] udp = Packets.udp(A4, 5, B4, 53, DATA);
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, set16(udp, 24, 7));
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, set16(udp, 24, 8 + DATA.length + 1));
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, set16(udp, 2, 19));
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, set16(udp, 2, 0));
    assertStatus(ParseStatus.TRUNCATED, set16(udp, 2, 27));
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, set16(udp, 0, 0x4400));
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, Packets.udpLite(A4, 7, B4, 8, 7, DATA));

    byte[] tcp = Packets.tcp(A4, 5, B4, 53, 0, DATA);
    tcp[32] = 4 << 4;
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, tcp);
    tcp[32] = 7 << 4;
    assertStatus(ParseStatus.BAD_HEADER_LENGTH, tcp);
  }

  @ParameterizedTest
  @CsvSource({"0, bad_ip_version", "5, bad_ip_version", "15, bad_ip_version", "4, truncated"})
  void refusesOtherVersionsAndShortHeaders(int version, String status) {
    assertEquals(status, ParseStatus.name(decode(new byte[] {(byte) (version << 4)})));
  }

  @Test
  void refusesNothingAtAll() {
    assertStatus(ParseStatus.TRUNCATED, NOTHING);
  }

  @Test
  void forgetsThePacketBefore() {
    assertStatus(ParseStatus.OK, Packets.tcp(A6, 5, B6, 6, 0x3f, DATA));
    assertStatus(ParseStatus.OK, Packets.icmp(A4, B4, 8, 0, NOTHING));
    assertFlow(IpPacket.ICMP, A4, B4);
    assertPorts(-1, -1);
    assertEquals(0, packet.tcpFlags());
    assertStatus(ParseStatus.OK, Packets.packet(A4, B4, 50, NOTHING));
    assertEquals(-1, packet.icmpType());
    assertEquals(-1, packet.icmpCode());
    assertStatus(ParseStatus.BAD_IP_VERSION, DATA);
    assertEquals(0, packet.ipVersion());
    assertEquals(-1, packet.protocol());
    assertEquals(0, packet.destinationLo());
  }

  @Test
  void throwsForARangeOutsideTheBuffer() {
    ByteBuffer buffer = ByteBuffer.allocate(10);
    assertThrows(IndexOutOfBoundsException.class, () -> packet.decode(buffer, 0, 11));
    assertThrows(IndexOutOfBoundsException.class, () -> packet.decode(buffer, -1, 1));
  }
}
