// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address as a value of two longs.
 *
 * <p>An IPv4 address is held in its IPv4-mapped form {@code ::ffff:a.b.c.d}, so one pair of longs
 * names any address. An IPv4-mapped IPv6 address thus <i>is</i> the IPv4 address, which is what a
 * socket makes of it too. On the wire of IPv6 it would be something else: {@link IpPacket#decode}
 * refuses such a packet ({@link ParseStatus#IPV4_MAPPED_ADDRESS}).
 *
 * @param hi the upper 64 bits in network order; 0 for IPv4
 * @param lo the lower 64 bits in network order; {@code 0x0000ffff_00000000 | address} for IPv4
 * @spec https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2 RFC 4291 §2.5.5.2
 */
public record IpAddress(long hi, long lo) implements Comparable<IpAddress> {
  private static final long IPV4_PREFIX = 0x0000_ffff_0000_0000L;

  /** The address of these 32 bits. */
  public static IpAddress ofIpv4(int address) {
    return new IpAddress(0, ipv4Lo(address));
  }

  /** The lower long of the IPv4 address of these 32 bits; the upper one is 0. */
  public static long ipv4Lo(int address) {
    return IPV4_PREFIX | (address & 0xffff_ffffL);
  }

  /** Whether this pair of longs is an IPv4 address. */
  public static boolean isIpv4(long hi, long lo) {
    return hi == 0 && (lo >>> 32) == 0xffffL;
  }

  /**
   * The address of 4 or 16 bytes in network order.
   *
   * @throws IllegalArgumentException for any other length
   */
  public static IpAddress ofBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return switch (bytes.length) {
      case 4 -> ofIpv4(buffer.getInt());
      case 16 -> new IpAddress(buffer.getLong(), buffer.getLong());
      default ->
          throw new IllegalArgumentException(
              "address of " + bytes.length + " bytes; IPv4 has 4, IPv6 has 16");
    };
  }

  /**
   * The address that this literal names: IPv4 as four decimal numbers, IPv6 as RFC 4291 §2.2 has
   * it. Never asks a resolver.
   *
   * @throws IllegalArgumentException if the text is not such a literal
   */
  public static IpAddress parse(String text) {
    if (text.indexOf(':') >= 0 ? !isIpv6Shape(text) : !isIpv4Shape(text)) {
      throw new IllegalArgumentException("not an IP address: \"" + text + "\"");
    }
    try {
      return ofBytes(InetAddress.getByName(text).getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an IP address: \"" + text + "\"", e);
    }
  }

  private static boolean isIpv4Shape(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty()
          || part.length() > 3
          || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return false;
      }
      if (Integer.parseInt(part) > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isIpv6Shape(String text) {
    // Keeps a name, a scope id or brackets away from InetAddress, which judges the rest itself. A
    // leading dot would make it ask the resolver; its view of IPv4 is laxer than ours.
    if (!text.chars()
        .allMatch(c -> (Character.digit(c, 16) >= 0 && c < 128) || c == ':' || c == '.')) {
      return false;
    }
    return text.indexOf('.') < 0 || isIpv4Shape(text.substring(text.lastIndexOf(':') + 1));
  }

  public boolean isIpv4() {
    return isIpv4(hi, lo);
  }

  /** The 32 bits of an IPv4 address. Asked of an IPv6 address, an assertion fails. */
  public int ipv4() {
    assert isIpv4() : this;
    return (int) lo;
  }

  /** The address in network order: 4 bytes for IPv4, 16 for IPv6. */
  public byte[] bytes() {
    return isIpv4()
        ? ByteBuffer.allocate(4).putInt((int) lo).array()
        : ByteBuffer.allocate(16).putLong(hi).putLong(lo).array();
  }

  // Written out: a record's own are made at run time, and a start would wait for that.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IpAddress that && hi == that.hi && lo == that.lo;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(hi) + Long.hashCode(lo);
  }

  /** Unsigned order; every IPv4 address stands among the IPv6 ones, at {@code ::ffff:0:0/96}. */
  @Override
  public int compareTo(IpAddress other) {
    int upper = Long.compareUnsigned(hi, other.hi);
    return upper != 0 ? upper : Long.compareUnsigned(lo, other.lo);
  }

  /**
   * The canonical text.
   *
   * @spec https://www.rfc-editor.org/rfc/rfc5952#section-4 RFC 5952 §4
   */
  @Override
  public String toString() {
    if (isIpv4()) {
      return ((lo >>> 24) & 255)
          + "."
          + ((lo >>> 16) & 255)
          + "."
          + ((lo >>> 8) & 255)
          + "."
          + (lo & 255);
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && group(i + length) == 0) {
        length++;
      }
      if (length > bestLength) {
        bestStart = i;
        bestLength = length;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        text.append("::");
        i += bestLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(i)));
    }
    return text.toString();
  }

  private int group(int index) {
    long half = index < 4 ? hi : lo;
    return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
  }
}
