// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Builds IP packets, right to the last checksum, so that they are usable on a wire; the family is
 * that of the addresses. The parts are public too, for tests that need a wrong one.
 */
public final class Packets {
  public static final int TCP_FIN = 0x01;
  public static final int TCP_SYN = 0x02;
  public static final int TCP_RST = 0x04;
  public static final int TCP_ACK = 0x10;
  public static final int MORE_FRAGMENTS = 0x2000;

  private Packets() {}

  public static byte[] udp(
      IpAddress source, int sourcePort, IpAddress destination, int destinationPort, byte[] data) {
    return packet(
        source,
        destination,
        IpPacket.UDP,
        udpDatagram(source, sourcePort, destination, destinationPort, data));
  }

  /** The UDP header and its data, as {@link #packet} and fragments take it. */
  public static byte[] udpDatagram(
      IpAddress source, int sourcePort, IpAddress destination, int destinationPort, byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(8 + data.length);
    out.putShort((short) sourcePort).putShort((short) destinationPort);
    out.putShort((short) (8 + data.length)).putShort((short) 0).put(data);
    int sum = transportChecksum(source, destination, IpPacket.UDP, out.array());
    return out.putShort(6, (short) (sum == 0 ? 0xffff : sum)).array();
  }

  /** UDP-Lite with a checksum that covers the first {@code coverage} octets; 0 is all. */
  public static byte[] udpLite(
      IpAddress source,
      int sourcePort,
      IpAddress destination,
      int destinationPort,
      int coverage,
      byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(8 + data.length);
    out.putShort((short) sourcePort).putShort((short) destinationPort);
    out.putShort((short) coverage).putShort((short) 0).put(data);
    int covered = coverage == 0 ? out.capacity() : Math.min(coverage, out.capacity());
    long sum =
        pseudoHeaderSum(source, destination, IpPacket.UDPLITE, out.capacity())
            + sum(out.array(), covered);
    int folded = fold(sum);
    out.putShort(6, (short) (folded == 0 ? 0xffff : folded));
    return packet(source, destination, IpPacket.UDPLITE, out.array());
  }

  public static byte[] tcp(
      IpAddress source,
      int sourcePort,
      IpAddress destination,
      int destinationPort,
      int flags,
      byte[] data) {
    return packet(
        source,
        destination,
        IpPacket.TCP,
        tcpSegment(source, sourcePort, destination, destinationPort, flags, data));
  }

  /** A TCP header without options and its data, as {@link #packet} and fragments take it. */
  public static byte[] tcpSegment(
      IpAddress source,
      int sourcePort,
      IpAddress destination,
      int destinationPort,
      int flags,
      byte[] data) {
    return tcpSegment(source, sourcePort, destination, destinationPort, flags, 1, data);
  }

  /** The same with this sequence number. */
  public static byte[] tcpSegment(
      IpAddress source,
      int sourcePort,
      IpAddress destination,
      int destinationPort,
      int flags,
      int sequence,
      byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(20 + data.length);
    out.putShort((short) sourcePort).putShort((short) destinationPort);
    out.putInt(sequence).putInt(0).put((byte) (5 << 4)).put((byte) flags);
    out.putShort((short) 0xffff).putInt(0).put(data);
    int sum = transportChecksum(source, destination, IpPacket.TCP, out.array());
    return out.putShort(16, (short) sum).array();
  }

  /** SCTP: the common header and these chunks. */
  public static byte[] sctp(
      IpAddress source, int sourcePort, IpAddress destination, int destinationPort, byte[] chunks) {
    ByteBuffer out = ByteBuffer.allocate(12 + chunks.length);
    out.putShort((short) sourcePort).putShort((short) destinationPort).putInt(0).putInt(0);
    out.put(chunks);
    CRC32C crc = new CRC32C();
    crc.update(out.array());
    out.order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) crc.getValue());
    return packet(source, destination, IpPacket.SCTP, out.array());
  }

  /** ICMP between IPv4 addresses, ICMPv6 between IPv6 ones; the rest of the header is 0. */
  public static byte[] icmp(
      IpAddress source, IpAddress destination, int type, int code, byte[] data) {
    int protocol = source.isIpv4() ? IpPacket.ICMP : IpPacket.ICMPV6;
    ByteBuffer out = ByteBuffer.allocate(8 + data.length);
    out.put((byte) type).put((byte) code).putShort((short) 0).putInt(0).put(data);
    int sum =
        protocol == IpPacket.ICMP
            ? fold(sum(out.array(), out.capacity()))
            : transportChecksum(source, destination, protocol, out.array());
    return packet(source, destination, protocol, out.putShort(2, (short) sum).array());
  }

  /** A packet of this protocol without IPv4 options or IPv6 extension headers. */
  public static byte[] packet(
      IpAddress source, IpAddress destination, int protocol, byte[] transport) {
    return source.isIpv4()
        ? ipv4(source, destination, protocol, 0, new byte[0], transport)
        : ipv6(source, destination, protocol, transport);
  }

  /**
   * An IPv4 packet.
   *
   * @param fragment the 16 bits of flags and fragment offset
   * @param options a multiple of four octets
   */
  public static byte[] ipv4(
      IpAddress source,
      IpAddress destination,
      int protocol,
      int fragment,
      byte[] options,
      byte[] transport) {
    int headerLength = 20 + options.length;
    ByteBuffer out = ByteBuffer.allocate(headerLength + transport.length);
    out.put((byte) (0x40 | headerLength / 4)).put((byte) 0).putShort((short) out.capacity());
    out.putShort((short) 0x1234).putShort((short) fragment);
    out.put((byte) 64).put((byte) protocol).putShort((short) 0);
    out.put(source.bytes()).put(destination.bytes()).put(options).put(transport);
    return out.putShort(10, (short) fold(sum(out.array(), headerLength))).array();
  }

  /** An IPv6 packet; {@code afterHeader} begins with the extension headers, if any. */
  public static byte[] ipv6(
      IpAddress source, IpAddress destination, int nextHeader, byte[] afterHeader) {
    ByteBuffer out = ByteBuffer.allocate(40 + afterHeader.length);
    out.putInt(6 << 28).putShort((short) afterHeader.length);
    out.put((byte) nextHeader).put((byte) 64);
    out.putLong(source.hi()).putLong(source.lo());
    out.putLong(destination.hi()).putLong(destination.lo());
    return out.put(afterHeader).array();
  }

  /** A hop-by-hop or destination options header of {@code units * 8} octets, all padding. */
  public static byte[] optionsHeader(int nextHeader, int units) {
    ByteBuffer out = ByteBuffer.allocate(8 * units);
    out.put((byte) nextHeader).put((byte) (units - 1));
    while (out.hasRemaining()) { // PadN
      int data = Math.min(out.remaining() - 2, 255);
      out.put((byte) 1).put((byte) data).put(new byte[data]);
    }
    return out.array();
  }

  /** A routing header of type 2 with one address. */
  public static byte[] routingHeader(int nextHeader, int segmentsLeft, IpAddress via) {
    ByteBuffer out = ByteBuffer.allocate(24);
    out.put((byte) nextHeader).put((byte) 2).put((byte) 2).put((byte) segmentsLeft).putInt(0);
    return out.putLong(via.hi()).putLong(via.lo()).array();
  }

  public static byte[] fragmentHeader(int nextHeader, int offsetOctets, boolean more, int id) {
    ByteBuffer out = ByteBuffer.allocate(8);
    out.put((byte) nextHeader).put((byte) 0).putShort((short) (offsetOctets | (more ? 1 : 0)));
    return out.putInt(id).array();
  }

  /** An authentication header with an ICV of 12 octets. */
  public static byte[] authenticationHeader(int nextHeader) {
    return ByteBuffer.allocate(24).put((byte) nextHeader).put((byte) 4).array();
  }

  public static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      out.put(part);
    }
    return out.array();
  }

  /** The checksum over the pseudo-header and this transport header and data; RFC 1071. */
  public static int transportChecksum(
      IpAddress source, IpAddress destination, int protocol, byte[] transport) {
    return fold(
        pseudoHeaderSum(source, destination, protocol, transport.length)
            + sum(transport, transport.length));
  }

  private static long pseudoHeaderSum(
      IpAddress source, IpAddress destination, int protocol, int length) {
    byte[] from = source.bytes();
    byte[] to = destination.bytes();
    return sum(from, from.length) + sum(to, to.length) + protocol + length;
  }

  private static long sum(byte[] octets, int length) {
    long sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (octets[i] & 0xffL) << ((i & 1) == 0 ? 8 : 0);
    }
    return sum;
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) ~folded & 0xffff;
  }
}
