// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpAddress;

/**
 * A network: an address and how many of its bits count.
 *
 * @param prefixLength of the family, 0–32 or 0–128
 */
record Net(IpAddress address, int prefixLength) implements Comparable<Net> {

  /**
   * {@code 10.0.0.0/8}; with {@code strict}, a bare address and bits beyond the prefix are refused.
   */
  static Net parse(String text, boolean strict) {
    int slash = text.indexOf('/');
    if (slash < 0 && strict) {
      throw new InvalidValueException(
          "\"" + text + "\" has no prefix length", text + "/32 or /128");
    }
    IpAddress address;
    try {
      address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("\"" + text + "\" is no network", "as in 10.0.0.0/8");
    }
    int bits = address.isIpv4() ? 32 : 128;
    String length = slash < 0 ? String.valueOf(bits) : text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
      throw new InvalidValueException("\"" + text + "\": prefix length " + length, "0 to " + bits);
    }
    Net net = new Net(address, Integer.parseInt(length));
    if (strict && !net.first().equals(address)) {
      throw new InvalidValueException(
          "\"" + text + "\" has bits beyond its prefix", net.first() + "/" + net.prefixLength());
    }
    return net;
  }

  static Net of(IpAddress address) {
    return new Net(address, address.isIpv4() ? 32 : 128);
  }

  boolean isIpv4() {
    return address.isIpv4();
  }

  private int fixedBits() {
    return address.isIpv4() ? prefixLength + 96 : prefixLength;
  }

  private static long mask(int bits) {
    return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
  }

  IpAddress first() {
    return new IpAddress(address.hi() & mask(fixedBits()), address.lo() & mask(fixedBits() - 64));
  }

  IpAddress last() {
    return new IpAddress(address.hi() | ~mask(fixedBits()), address.lo() | ~mask(fixedBits() - 64));
  }

  @Override
  public int compareTo(Net other) {
    return first().compareTo(other.first());
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
