// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Rule.Icmp;
import dev.namegate.policy.Rule.PortRange;
import dev.namegate.policy.Rule.Ports;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Criteria of rules as policy writes them, cut short where they are long. */
final class RuleText {
  /** How many elements of a list are worth reading. */
  private static final int SHOWN = 10;

  private static final Map<Integer, String> PROTOCOLS =
      Map.of(
          IpPacket.TCP, "TCP",
          IpPacket.UDP, "UDP",
          IpPacket.ICMP, "ICMP",
          IpPacket.ICMPV6, "ICMPv6",
          IpPacket.SCTP, "SCTP",
          IpPacket.UDPLITE, "UDPLite");

  private RuleText() {}

  static String protocol(int number) {
    return PROTOCOLS.getOrDefault(number, Integer.toString(number));
  }

  static String icmp(Icmp icmp) {
    return "type " + icmp.type() + (icmp.code() == Rule.ANY ? "" : " code " + icmp.code());
  }

  static String ports(Ports ports) {
    return list(
        Stream.concat(ports.ranges().stream().map(RuleText::range), ports.names().stream())
            .toList());
  }

  static String range(PortRange range) {
    return range.first() == range.last()
        ? Integer.toString(range.first())
        : range.first() + ":" + range.last();
  }

  /** The elements, or the first of them and how many more there are. */
  static String list(Collection<?> elements) {
    List<String> shown = elements.stream().limit(SHOWN).map(Object::toString).toList();
    String text = shown.stream().collect(Collectors.joining(", "));
    int more = elements.size() - shown.size();
    return more == 0 ? text : text + " and " + more + " more";
  }
}
