// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.packet.IpPacket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One packet that opens a flow: what of it a rule can look at. Without a destination it goes to one
 * of its own, in each family.
 *
 * @param first the source port, or the type of ICMP
 * @param second the destination port, or the code of ICMP
 */
record Shot(int protocol, int first, int second, @Nullable String destination) {
  private static final int SOURCE_PORT = 40_000;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int PSEUDO_HEADER = 40;
  private static final int SCTP_INIT = 1;

  static Shot tcp(int port) {
    return new Shot(IpPacket.TCP, SOURCE_PORT, port, null);
  }

  static Shot udp(int port) {
    return new Shot(IpPacket.UDP, SOURCE_PORT, port, null);
  }

  static Shot sctp(int port) {
    return new Shot(IpPacket.SCTP, SOURCE_PORT, port, null);
  }

  static Shot udpLite(int port) {
    return new Shot(IpPacket.UDPLITE, SOURCE_PORT, port, null);
  }

  static Shot icmp(int type, int code) {
    return new Shot(IpPacket.ICMP, type, code, null);
  }

  static Shot icmpV6(int type, int code) {
    return new Shot(IpPacket.ICMPV6, type, code, null);
  }

  /** A protocol that has no ports. */
  static Shot protocol(int number) {
    return new Shot(number, 0, 0, null);
  }

  Shot to(String address) {
    return new Shot(protocol, first, second, address);
  }

  Shot fromPort(int port) {
    return new Shot(protocol, port, second, destination);
  }

  /** Whether it can be sent over this family. */
  boolean isOf(boolean v6) {
    if (destination != null && v6 != destination.contains(":")) {
      return false;
    }
    return protocol != (v6 ? IpPacket.ICMP : IpPacket.ICMPV6);
  }

  @Override
  public String toString() {
    return "protocol %d %d>%d".formatted(protocol, first, second);
  }

  /** The whole packet, with right checksums. */
  byte[] packet(String source, String destination) {
    byte[] from = address(source);
    byte[] to = address(destination);
    byte[] transport = transport();
    if (protocol == IpPacket.SCTP) {
      CRC32C crc = new CRC32C();
      crc.update(transport);
      ByteBuffer.wrap(transport).putInt(8, Integer.reverseBytes((int) crc.getValue()));
    } else if (checksumAt() >= 0) {
      int sum = checksum(pseudoHeader(from, to, transport.length), transport);
      ByteBuffer.wrap(transport).putShort(checksumAt(), (short) sum);
    }
    return from.length == 4 ? ipv4(from, to, transport) : ipv6(from, to, transport);
  }

  private byte[] transport() {
    ByteBuffer header =
        switch (protocol) {
          case IpPacket.TCP -> ports(20).put(12, (byte) 0x50).put(13, (byte) 2);
          case IpPacket.UDP -> ports(12).putShort(4, (short) 12);
          case IpPacket.UDPLITE -> ports(12).putShort(4, (short) 0);
          case IpPacket.SCTP -> ports(32).put(12, (byte) SCTP_INIT).putShort(14, (short) 20);
          case IpPacket.ICMP, IpPacket.ICMPV6 -> icmp();
          default -> ByteBuffer.allocate(8);
        };
    if (protocol == IpPacket.SCTP) {
      // Initiate tag, window, streams out and in: RFC 9260 wants none of them to be zero.
      header.putInt(16, 1).putInt(20, 65_536).putShort(24, (short) 1).putShort(26, (short) 1);
    }
    return header.array();
  }

  private ByteBuffer ports(int length) {
    return ByteBuffer.allocate(length).putShort(0, (short) first).putShort(2, (short) second);
  }

  private ByteBuffer icmp() {
    return ByteBuffer.allocate(16)
        .put(0, (byte) first)
        .put(1, (byte) second)
        .putShort(4, (short) 7);
  }

  private int checksumAt() {
    return switch (protocol) {
      case IpPacket.TCP -> 16;
      case IpPacket.UDP, IpPacket.UDPLITE -> 6;
      case IpPacket.ICMP, IpPacket.ICMPV6 -> 2;
      default -> -1;
    };
  }

  private byte[] pseudoHeader(byte[] from, byte[] to, int length) {
    if (protocol == IpPacket.ICMP) {
      return new byte[0];
    }
    // The kernel's conntrack takes UDP-Lite for invalid unless it is summed with UDP's number.
    return ByteBuffer.allocate(PSEUDO_HEADER)
        .put(from)
        .put(to)
        .putInt(length)
        .putInt(protocol == IpPacket.UDPLITE ? IpPacket.UDP : protocol)
        .array();
  }

  private byte[] ipv4(byte[] from, byte[] to, byte[] transport) {
    // The kernel fills in the header's checksum and the identification.
    return ByteBuffer.allocate(IPV4_HEADER + transport.length)
        .put(0, (byte) 0x45)
        .putShort(2, (short) (IPV4_HEADER + transport.length))
        .put(8, (byte) 64)
        .put(9, (byte) protocol)
        .position(12)
        .put(from)
        .put(to)
        .put(transport)
        .array();
  }

  private byte[] ipv6(byte[] from, byte[] to, byte[] transport) {
    return ByteBuffer.allocate(IPV6_HEADER + transport.length)
        .put(0, (byte) 0x60)
        .putShort(4, (short) transport.length)
        .put(6, (byte) protocol)
        .put(7, (byte) 64)
        .position(8)
        .put(from)
        .put(to)
        .put(transport)
        .array();
  }

  /** RFC 1071; both have an even length. */
  private static int checksum(byte[] pseudoHeader, byte[] transport) {
    long sum = 0;
    for (byte[] part : new byte[][] {pseudoHeader, transport}) {
      ByteBuffer words = ByteBuffer.wrap(part);
      while (words.hasRemaining()) {
        sum += words.getShort() & 0xffff;
      }
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    int folded = (int) ~sum & 0xffff;
    return folded == 0 ? 0xffff : folded;
  }

  private static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
