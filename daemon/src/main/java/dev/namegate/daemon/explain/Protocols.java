// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.explain;

import dev.namegate.packet.IpPacket;
import java.util.Locale;
import java.util.Map;

/** Protocols above IP by the names that Calico has for them, or by number. */
public final class Protocols {
  private static final Map<String, Integer> NUMBERS =
      Map.of(
          "tcp", IpPacket.TCP,
          "udp", IpPacket.UDP,
          "icmp", IpPacket.ICMP,
          "icmpv6", IpPacket.ICMPV6,
          "sctp", IpPacket.SCTP,
          "udplite", IpPacket.UDPLITE);

  private Protocols() {}

  /**
   * The number of a protocol.
   *
   * @throws IllegalArgumentException with what would be right
   */
  public static int parse(String text) {
    Integer number = NUMBERS.get(text.toLowerCase(Locale.ROOT));
    if (number != null) {
      return number;
    }
    if (text.matches("[0-9]{1,3}")) {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= 255) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is no protocol: write TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite or 1 to 255");
  }

  /** {@code tcp}, or the number. */
  static String name(int protocol) {
    return NUMBERS.entrySet().stream()
        .filter(entry -> entry.getValue() == protocol)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(Integer.toString(protocol));
  }

  /** Whether a flow of it has ports. */
  public static boolean hasPorts(int protocol) {
    return protocol == IpPacket.TCP
        || protocol == IpPacket.UDP
        || protocol == IpPacket.SCTP
        || protocol == IpPacket.UDPLITE;
  }
}
