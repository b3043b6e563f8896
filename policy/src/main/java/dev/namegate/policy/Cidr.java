// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpAddress;

/**
 * A range of addresses that share a prefix.
 *
 * @param address the range's first address: the bits behind the prefix are 0
 * @param prefixLength 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(IpAddress address, int prefixLength) {
  /** Takes any address of the range; what is kept is the first. */
  public Cidr {
    int bits = address.isIpv4() ? 32 : 128;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException("prefixLength=" + prefixLength + ", max=" + bits);
    }
    int length = prefixLength + 128 - bits;
    address = new IpAddress(address.hi() & upperMask(length), address.lo() & lowerMask(length));
  }

  public static Cidr of(IpAddress address) {
    return new Cidr(address, address.isIpv4() ? 32 : 128);
  }

  /**
   * The range of {@code address/length}, or of one address.
   *
   * @param strict whether the bits behind the prefix have to be 0 and the length to be there
   * @throws IllegalArgumentException if it is none; the message says why and what would be right
   */
  static Cidr parse(String text, boolean strict) {
    int slash = text.indexOf('/');
    IpAddress address = parseAddress(slash < 0 ? text : text.substring(0, slash));
    int bits = address.isIpv4() ? 32 : 128;
    if (slash < 0) {
      if (strict) {
        throw new InvalidTextException(
            "\"" + text + "\" has no prefix length", "write " + address + "/" + bits);
      }
      return of(address);
    }
    String length = text.substring(slash + 1);
    if (!length.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(length) > bits) {
      throw new InvalidTextException(
          "prefix length \"" + length + "\" of \"" + text + "\" is out of range",
          "write a number from 0 to " + bits);
    }
    Cidr cidr = new Cidr(address, Integer.parseInt(length));
    if (strict && !cidr.address().equals(address)) {
      throw new InvalidTextException(
          "\"" + text + "\" has bits set behind its prefix", "write " + cidr);
    }
    return cidr;
  }

  /** The address of this literal; IPv6 notation for an IPv4 address is refused. */
  static IpAddress parseAddress(String text) {
    IpAddress address;
    try {
      address = IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidTextException(
          "\"" + text + "\" is not an IP address", "write it as 192.0.2.1 or 2001:db8::1");
    }
    if (address.isIpv4() && text.indexOf(':') >= 0) {
      throw new InvalidTextException(
          "\"" + text + "\" is an IPv4 address in IPv6 notation", "write " + address);
    }
    return address;
  }

  public boolean isIpv4() {
    return address.isIpv4();
  }

  /** The range's last address. */
  IpAddress last() {
    int length = isIpv4() ? prefixLength + 96 : prefixLength;
    return new IpAddress(address.hi() | ~upperMask(length), address.lo() | ~lowerMask(length));
  }

  private static long upperMask(int length) {
    return length >= 64 ? -1L : length == 0 ? 0 : -1L << (64 - length);
  }

  private static long lowerMask(int length) {
    return length <= 64 ? 0 : -1L << (128 - length);
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
