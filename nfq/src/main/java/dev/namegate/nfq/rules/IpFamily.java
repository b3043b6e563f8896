// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.packet.IpAddress;
import java.util.List;

/** One of the two families that have rules and sets of their own. */
public enum IpFamily {
  V4("iptables", "inet"),
  V6("ip6tables", "inet6");

  static final List<IpFamily> ALL = List.of(values());

  private final String tool;
  private final String ipsetFamily;

  IpFamily(String tool, String ipsetFamily) {
    this.tool = tool;
    this.ipsetFamily = ipsetFamily;
  }

  public static IpFamily of(IpAddress address) {
    return address.isIpv4() ? V4 : V6;
  }

  /** The command of this family that speaks to this backend, such as {@code iptables-nft-save}. */
  String command(Backend backend, String action) {
    return tool + "-" + backend.infix() + "-" + action;
  }

  /** The word for this family in {@code ipset create … family}. */
  String ipsetFamily() {
    return ipsetFamily;
  }
}
