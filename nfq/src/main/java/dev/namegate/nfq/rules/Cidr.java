// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.packet.IpAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IP network. Bits of the address beyond the prefix are cleared, so equal networks are equal.
 *
 * @param prefixLength 0–32 for IPv4, 0–128 for IPv6
 */
public record Cidr(IpAddress address, int prefixLength) {
  public Cidr {
    int max = address.isIpv4() ? 32 : 128;
    if (prefixLength < 0 || prefixLength > max) {
      throw new IllegalArgumentException(
          "prefix length " + prefixLength + " of " + address + ", max=" + max);
    }
    address = masked(address, prefixLength);
  }

  /** The network of this one address. */
  public static Cidr of(IpAddress address) {
    return new Cidr(address, address.isIpv4() ? 32 : 128);
  }

  /**
   * The network of {@code address} or {@code address/prefixLength}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return of(IpAddress.parse(text));
    }
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(
          "not a network: \"" + text + "\"; write it as 10.0.0.0/8 or fd00::/8");
    }
    return new Cidr(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(length));
  }

  private static IpAddress masked(IpAddress address, int prefixLength) {
    byte[] bytes = address.bytes();
    if (bytes.length == 4) {
      int mask = prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
      return IpAddress.ofIpv4(address.ipv4() & mask);
    }
    ByteBuffer words = ByteBuffer.wrap(bytes);
    long hi = words.getLong() & mask64(prefixLength);
    long lo = words.getLong() & mask64(prefixLength - 64);
    return new IpAddress(hi, lo);
  }

  private static long mask64(int bits) {
    return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
  }

  public IpFamily family() {
    return IpFamily.of(address);
  }

  // Written out: a record's own are made at run time, and a start would wait for that.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cidr that
        && address.equals(that.address)
        && prefixLength == that.prefixLength;
  }

  @Override
  public int hashCode() {
    return 31 * address.hashCode() + prefixLength;
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
