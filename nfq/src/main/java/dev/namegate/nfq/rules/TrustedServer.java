// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A DNS server whose replies may teach, as the asker addresses it: before any DNAT.
 *
 * @param port 1–65535
 */
public record TrustedServer(IpAddress address, int port) {
  public TrustedServer {
    RulesConfig.checkRange("port of trusted server " + address, port, 1, 65_535);
    boolean unspecified =
        address.hi() == 0 && (address.isIpv4() ? address.ipv4() : address.lo()) == 0;
    boolean multicast =
        address.isIpv4() ? address.ipv4() >>> 28 == 0xe : address.hi() >>> 56 == 0xff;
    if (unspecified || multicast) {
      throw new IllegalArgumentException(
          "trusted server " + address + " is no unicast address: no reply can come from it");
    }
  }

  // Written out: a record's own are made at run time, and a start would wait for that.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrustedServer that && address.equals(that.address) && port == that.port;
  }

  @Override
  public int hashCode() {
    return 31 * address.hashCode() + port;
  }

  @Override
  public String toString() {
    return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
  }
}
