// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.Locale;

/** A protocol above IP that our rules name. */
public enum IpProtocol {
  TCP(true),
  UDP(true),
  SCTP(true),
  ICMP(false),
  ICMPV6(false),
  IPIP(false);

  private final boolean hasPorts;

  IpProtocol(boolean hasPorts) {
    this.hasPorts = hasPorts;
  }

  public boolean hasPorts() {
    return hasPorts;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
