// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * What the headers of one IP packet say: a mutable holder that one thread refills packet by packet.
 *
 * <p><b>Threading:</b> confined to the thread that decodes into it, or handed over by the ring.
 *
 * <p><b>Ownership:</b> holds numbers only, never the buffer it was decoded from.
 *
 * <p><b>Bounds:</b> at most {@value #MAX_EXTENSION_HEADERS} IPv6 extension headers are followed,
 * the same ones that the kernel looks behind to find the transport.
 *
 * <p><b>Errors:</b> any bytes decode to a code; none throw.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc791 RFC 791 (IPv4)
 * @spec https://www.rfc-editor.org/rfc/rfc8200 RFC 8200 (IPv6)
 */
@HotPath
public final class IpPacket {
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMPV6 = 58;
  public static final int SCTP = 132;
  public static final int UDPLITE = 136;

  public static final int MAX_EXTENSION_HEADERS = 8;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION_OPTIONS = 60;

  private static final int IPV4_HEADER_LENGTH = 20;
  private static final int IPV6_HEADER_LENGTH = 40;
  private static final int UDP_HEADER_LENGTH = 8;
  private static final int TCP_HEADER_LENGTH = 20;
  private static final int SCTP_HEADER_LENGTH = 12;
  private static final int ICMP_HEADER_LENGTH = 8;

  private static final int IPV4_MORE_FRAGMENTS = 0x2000;
  private static final int IPV4_FRAGMENT_OFFSET = 0x1fff;
  private static final int IPV4_OPTION_END = 0;
  private static final int IPV4_OPTION_NOP = 1;
  private static final int IPV4_LOOSE_SOURCE_ROUTE = 131;
  private static final int IPV4_STRICT_SOURCE_ROUTE = 137;

  private int ipVersion;
  private int protocol;
  private long sourceHi;
  private long sourceLo;
  private long destinationHi;
  private long destinationLo;
  private int sourcePort;
  private int destinationPort;
  private int icmpType;
  private int icmpCode;
  private int tcpFlags;
  private int tcpSequence;
  private int payloadOffset;
  private int payloadLength;

  /** While decoding: where what was captured of the packet ends, link padding left out. */
  private int end;

  /** While decoding: how many octets of the packet were not captured. */
  private int uncaptured;

  /** While decoding: whether this is the first of several fragments. */
  private boolean moreFragments;

  /** Replaces the content by a flow to this destination; for tests and explanations. */
  public IpPacket flow(
      int protocol, IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
    opening(
        protocol, source.hi(), source.lo(), destination.hi(), destination.lo(), destinationPort);
    this.sourcePort = sourcePort;
    return this;
  }

  /** Replaces the content by a flow to this destination whose source port nobody knows. */
  public void opening(
      int protocol,
      long sourceHi,
      long sourceLo,
      long destinationHi,
      long destinationLo,
      int destinationPort) {
    clear();
    this.ipVersion = IpAddress.isIpv4(destinationHi, destinationLo) ? 4 : 6;
    this.protocol = protocol;
    this.sourceHi = sourceHi;
    this.sourceLo = sourceLo;
    this.destinationHi = destinationHi;
    this.destinationLo = destinationLo;
    this.destinationPort = destinationPort;
  }

  /** Adds the ICMP type and code to what {@link #flow} set. */
  public IpPacket icmp(int type, int code) {
    icmpType = type;
    icmpCode = code;
    return this;
  }

  /**
   * Replaces the content by what the packet at {@code buffer[offset, offset + length)} says. {@code
   * length} is what was captured; the packet itself may be longer.
   *
   * <p>The first fragment decodes its transport header, which must be in it completely; a later one
   * has the addresses and the protocol and gives {@link ParseStatus#LATER_FRAGMENT}. That protocol
   * may be an IPv6 extension header's, for then the transport's is in the first fragment only.
   *
   * @return {@link ParseStatus#OK} or the code of why not; then the content is undefined but for
   *     what was decoded before the fault
   * @throws IndexOutOfBoundsException if the range is not within the buffer's limit
   */
  public int decode(ByteBuffer buffer, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, buffer.limit());
    clear();
    if (length == 0) {
      return ParseStatus.TRUNCATED;
    }
    return switch ((buffer.get(offset) & 0xff) >>> 4) {
      case 4 -> decodeIpv4(buffer, offset, length);
      case 6 -> decodeIpv6(buffer, offset, length);
      default -> ParseStatus.BAD_IP_VERSION;
    };
  }

  private int decodeIpv4(ByteBuffer buffer, int offset, int length) {
    ipVersion = 4;
    if (length < IPV4_HEADER_LENGTH) {
      return ParseStatus.TRUNCATED;
    }
    int headerLength = (buffer.get(offset) & 0xf) << 2;
    int totalLength = NetworkOrder.u16(buffer, offset + 2);
    int fragment = NetworkOrder.u16(buffer, offset + 6);
    protocol = NetworkOrder.u8(buffer, offset + 9);
    sourceLo = IpAddress.ipv4Lo(NetworkOrder.i32(buffer, offset + 12));
    destinationLo = IpAddress.ipv4Lo(NetworkOrder.i32(buffer, offset + 16));
    if (headerLength < IPV4_HEADER_LENGTH || totalLength < headerLength) {
      return ParseStatus.BAD_HEADER_LENGTH;
    }
    if (length < headerLength) {
      return ParseStatus.TRUNCATED;
    }
    bound(offset, length, totalLength);
    int status =
        checkIpv4Options(buffer, offset + IPV4_HEADER_LENGTH, headerLength - IPV4_HEADER_LENGTH);
    if (status != ParseStatus.OK) {
      return status;
    }
    if ((fragment & IPV4_FRAGMENT_OFFSET) != 0) {
      return ParseStatus.LATER_FRAGMENT;
    }
    moreFragments = (fragment & IPV4_MORE_FRAGMENTS) != 0;
    return decodeTransport(buffer, offset + headerLength);
  }

  /** Sees that the options are well-formed, and that none of them moves the destination. */
  private static int checkIpv4Options(ByteBuffer buffer, int start, int length) {
    int at = 0;
    while (at < length) {
      int option = NetworkOrder.u8(buffer, start + at);
      if (option == IPV4_OPTION_END) {
        return ParseStatus.OK;
      }
      if (option == IPV4_OPTION_NOP) {
        at++;
        continue;
      }
      if (option == IPV4_LOOSE_SOURCE_ROUTE || option == IPV4_STRICT_SOURCE_ROUTE) {
        return ParseStatus.SOURCE_ROUTED;
      }
      int optionLength = at + 1 < length ? NetworkOrder.u8(buffer, start + at + 1) : 0;
      if (optionLength < 2 || optionLength > length - at) {
        return ParseStatus.BAD_HEADER_LENGTH;
      }
      at += optionLength;
    }
    return ParseStatus.OK;
  }

  private int decodeIpv6(ByteBuffer buffer, int offset, int length) {
    ipVersion = 6;
    if (length < IPV6_HEADER_LENGTH) {
      return ParseStatus.TRUNCATED;
    }
    protocol = NetworkOrder.u8(buffer, offset + 6);
    sourceHi = NetworkOrder.i64(buffer, offset + 8);
    sourceLo = NetworkOrder.i64(buffer, offset + 16);
    destinationHi = NetworkOrder.i64(buffer, offset + 24);
    destinationLo = NetworkOrder.i64(buffer, offset + 32);
    if (IpAddress.isIpv4(sourceHi, sourceLo) || IpAddress.isIpv4(destinationHi, destinationLo)) {
      return ParseStatus.IPV4_MAPPED_ADDRESS;
    }
    bound(offset, length, IPV6_HEADER_LENGTH + NetworkOrder.u16(buffer, offset + 4));
    int at = offset + IPV6_HEADER_LENGTH;
    for (int count = 0; isExtensionHeader(protocol); count++) {
      if (count == MAX_EXTENSION_HEADERS) {
        return ParseStatus.TOO_MANY_EXTENSION_HEADERS;
      }
      int sizeOrStatus = decodeExtensionHeader(buffer, at);
      if (sizeOrStatus < 0) {
        return sizeOrStatus;
      }
      at += sizeOrStatus;
    }
    return decodeTransport(buffer, at);
  }

  private static boolean isExtensionHeader(int protocol) {
    return switch (protocol) {
      case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS -> true;
      default -> false;
    };
  }

  /**
   * Makes {@code protocol} the one that follows this header. Returns its size, or a negative
   * status.
   */
  private int decodeExtensionHeader(ByteBuffer buffer, int at) {
    if (end - at < 8) {
      return ParseStatus.TRUNCATED;
    }
    int header = protocol;
    int lengthField = NetworkOrder.u8(buffer, at + 1);
    if (header == FRAGMENT) {
      protocol = NetworkOrder.u8(buffer, at);
      int fragment = NetworkOrder.u16(buffer, at + 2);
      moreFragments |= (fragment & 1) != 0;
      return (fragment & ~7) != 0 ? ParseStatus.LATER_FRAGMENT : 8;
    }
    if (header == ROUTING && buffer.get(at + 3) != 0) {
      return ParseStatus.SOURCE_ROUTED;
    }
    if (header == AUTHENTICATION && lengthField < 1) {
      return ParseStatus.BAD_HEADER_LENGTH;
    }
    int size = header == AUTHENTICATION ? (lengthField + 2) << 2 : (lengthField + 1) << 3;
    if (size > end - at) {
      return contradicts(size, at) ? ParseStatus.BAD_HEADER_LENGTH : ParseStatus.TRUNCATED;
    }
    protocol = NetworkOrder.u8(buffer, at);
    return size;
  }

  private void bound(int offset, int length, int announcedLength) {
    int captured = Math.min(length, announcedLength);
    end = offset + captured;
    uncaptured = announcedLength - captured;
  }

  /** Whether this many octets at this place are more than the packet has, fragments apart. */
  private boolean contradicts(int length, int at) {
    return !moreFragments && length > (long) end - at + uncaptured;
  }

  private int decodeTransport(ByteBuffer buffer, int at) {
    return switch (protocol) {
      case TCP -> decodeTcp(buffer, at);
      case UDP, UDPLITE -> decodeUdp(buffer, at);
      case SCTP -> decodePorts(buffer, at, SCTP_HEADER_LENGTH);
      case ICMP -> ipVersion == 4 ? decodeIcmp(buffer, at) : payload(at, end - at);
      case ICMPV6 -> ipVersion == 6 ? decodeIcmp(buffer, at) : payload(at, end - at);
      default -> payload(at, end - at);
    };
  }

  private int decodePorts(ByteBuffer buffer, int at, int headerLength) {
    if (end - at < headerLength) {
      return ParseStatus.TRUNCATED;
    }
    sourcePort = NetworkOrder.u16(buffer, at);
    destinationPort = NetworkOrder.u16(buffer, at + 2);
    return payload(at + headerLength, end - at - headerLength);
  }

  private int decodeTcp(ByteBuffer buffer, int at) {
    int status = decodePorts(buffer, at, TCP_HEADER_LENGTH);
    if (status != ParseStatus.OK) {
      return status;
    }
    tcpSequence = NetworkOrder.i32(buffer, at + 4);
    tcpFlags = NetworkOrder.u8(buffer, at + 13);
    int headerLength = NetworkOrder.u8(buffer, at + 12) >>> 4 << 2;
    if (headerLength < TCP_HEADER_LENGTH || contradicts(headerLength, at)) {
      return ParseStatus.BAD_HEADER_LENGTH;
    }
    int capturedHeader = Math.min(headerLength, end - at);
    return payload(at + capturedHeader, end - at - capturedHeader);
  }

  private int decodeUdp(ByteBuffer buffer, int at) {
    int status = decodePorts(buffer, at, UDP_HEADER_LENGTH);
    if (status != ParseStatus.OK) {
      return status;
    }
    int lengthField = NetworkOrder.u16(buffer, at + 4);
    if (protocol == UDPLITE && lengthField == 0) {
      return ParseStatus.OK; // RFC 3828 §3.1: the checksum covers all
    }
    if (lengthField < UDP_HEADER_LENGTH || contradicts(lengthField, at)) {
      return ParseStatus.BAD_HEADER_LENGTH;
    }
    return protocol == UDPLITE
        ? ParseStatus.OK // the field is the checksum's coverage, not the length
        : payload(at + UDP_HEADER_LENGTH, Math.min(lengthField, end - at) - UDP_HEADER_LENGTH);
  }

  private int decodeIcmp(ByteBuffer buffer, int at) {
    if (end - at < ICMP_HEADER_LENGTH) {
      return ParseStatus.TRUNCATED;
    }
    icmpType = NetworkOrder.u8(buffer, at);
    icmpCode = NetworkOrder.u8(buffer, at + 1);
    return payload(at + ICMP_HEADER_LENGTH, end - at - ICMP_HEADER_LENGTH);
  }

  private int payload(int offset, int length) {
    payloadOffset = offset;
    payloadLength = length;
    return ParseStatus.OK;
  }

  private void clear() {
    ipVersion = 0;
    protocol = -1;
    sourceHi = 0;
    sourceLo = 0;
    destinationHi = 0;
    destinationLo = 0;
    sourcePort = -1;
    destinationPort = -1;
    icmpType = -1;
    icmpCode = -1;
    tcpFlags = 0;
    tcpSequence = 0;
    payloadOffset = 0;
    payloadLength = 0;
    end = 0;
    uncaptured = 0;
    moreFragments = false;
  }

  /** 4 or 6. */
  public int ipVersion() {
    return ipVersion;
  }

  /** The transport protocol's number, behind any IPv6 extension headers. */
  public int protocol() {
    return protocol;
  }

  public long sourceHi() {
    return sourceHi;
  }

  public long sourceLo() {
    return sourceLo;
  }

  public long destinationHi() {
    return destinationHi;
  }

  public long destinationLo() {
    return destinationLo;
  }

  /** The source port of TCP, UDP, UDP-Lite and SCTP; -1 for others. */
  public int sourcePort() {
    return sourcePort;
  }

  /** The destination port of TCP, UDP, UDP-Lite and SCTP; -1 for others. */
  public int destinationPort() {
    return destinationPort;
  }

  /** The type of ICMP and ICMPv6; -1 for others. */
  public int icmpType() {
    return icmpType;
  }

  /** The code of ICMP and ICMPv6; -1 for others. */
  public int icmpCode() {
    return icmpCode;
  }

  /** The flags octet of TCP (FIN is bit 0, SYN bit 1, RST bit 2, ACK bit 4); 0 for others. */
  public int tcpFlags() {
    return tcpFlags;
  }

  /** The sequence number of TCP, all 32 bits of it; 0 for others. */
  public int tcpSequence() {
    return tcpSequence;
  }

  /** Where the transport's payload starts in the buffer decoded from; 0 where there is none. */
  public int payloadOffset() {
    return payloadOffset;
  }

  /** How many octets of transport payload were captured. */
  public int payloadLength() {
    return payloadLength;
  }
}
