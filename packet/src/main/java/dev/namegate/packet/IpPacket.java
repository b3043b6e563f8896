// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.nio.ByteBuffer;

/**
 * What the headers of one IP packet say: a mutable holder that one thread refills packet by packet.
 *
 * <p><b>Threading:</b> confined to the thread that decodes into it, or handed over by the ring.
 *
 * <p><b>Ownership:</b> holds numbers only, never the buffer it was decoded from.
 */
@HotPath
public final class IpPacket {
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMPV6 = 58;
  public static final int SCTP = 132;
  public static final int UDPLITE = 136;

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
  private int payloadOffset;
  private int payloadLength;

  /** Replaces the content by a flow to this destination; for tests and explanations. */
  public IpPacket flow(
      int protocol, IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
    clear();
    this.ipVersion = destination.isIpv4() ? 4 : 6;
    this.protocol = protocol;
    this.sourceHi = source.hi();
    this.sourceLo = source.lo();
    this.destinationHi = destination.hi();
    this.destinationLo = destination.lo();
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
    return this;
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
   * @return {@link ParseStatus#OK} or the code of why not; then the content is undefined but for
   *     what was decoded before the fault
   */
  public int decode(ByteBuffer buffer, int offset, int length) {
    clear();
    return ParseStatus.BAD_IP_VERSION; // replaced by the packet module's work
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
    payloadOffset = 0;
    payloadLength = 0;
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

  /** Where the transport's payload starts in the buffer decoded from; 0 where there is none. */
  public int payloadOffset() {
    return payloadOffset;
  }

  /** How many octets of transport payload were captured. */
  public int payloadLength() {
    return payloadLength;
  }
}
