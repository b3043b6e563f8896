// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.explain;

import dev.namegate.nfq.rules.Cidr;
import dev.namegate.nfq.rules.EndpointToHostAction;
import dev.namegate.nfq.rules.FailsafePort;
import dev.namegate.nfq.rules.IpProtocol;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Endpoint;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the kernel's rules decide of a new flow before policy is asked.
 *
 * <p><b>Threading:</b> immutable; any thread.
 */
final class BeforePolicy {
  private static final int IPIP = 4;
  private static final Cidr LINK_LOCAL = Cidr.parse("fe80::/10");

  /** Neighbour discovery and multicast listener reports. */
  private static final Set<Integer> LINK_ICMPV6_TYPES =
      Set.of(130, 131, 132, 133, 134, 135, 136, 137, 143);

  private static final Map<IpProtocol, Integer> NUMBERS =
      Map.of(
          IpProtocol.TCP, IpPacket.TCP,
          IpProtocol.UDP, IpPacket.UDP,
          IpProtocol.SCTP, IpPacket.SCTP);

  private final RulesConfig rules;
  private final Predicate<IpAddress> isThisHost;

  /**
   * @param isThisHost whether an address is one of the host's own
   */
  BeforePolicy(RulesConfig rules, Predicate<IpAddress> isThisHost) {
    this.rules = rules;
    this.isThisHost = isThisHost;
  }

  /** A decision that policy has no part in. */
  record Verdict(boolean allow, String reason) {
    private static Optional<Verdict> of(boolean allow, String reason) {
      return Optional.of(
          new Verdict(allow, (allow ? "allowed" : "denied") + " before any policy: " + reason));
    }
  }

  /** The decision of the kernel's rules; empty if policy is asked. */
  Optional<Verdict> verdict(
      FlowQuestion question, Endpoint endpoint, IpAddress source, IpAddress destination) {
    if (!destination.isIpv4() && !rules.ipv6()) {
      return Verdict.of(true, "ipv6Support is false, IPv6 is not judged");
    }
    if (endpoint.kind() == Endpoint.Kind.WORKLOAD) {
      return workload(question, endpoint, source, destination);
    }
    return question.forwarded() ? Optional.empty() : host(question, destination);
  }

  private Optional<Verdict> workload(
      FlowQuestion question, Endpoint endpoint, IpAddress source, IpAddress destination) {
    if (rules.interfacePrefixes().stream().noneMatch(endpoint.interfaceName()::startsWith)) {
      return Verdict.of(
          true,
          "the name of "
              + endpoint.interfaceName()
              + " begins with none of interfacePrefix, it is not judged");
    }
    if (!endpoint.addresses().contains(source) && !isWithin(source, LINK_LOCAL)) {
      return Verdict.of(false, "a workload sends from its own addresses only");
    }
    if (isThisHost.test(destination) && rules.endpointToHostAction() == EndpointToHostAction.DROP) {
      return Verdict.of(false, "defaultEndpointToHostAction is Drop");
    }
    if (question.protocol() == IPIP && destination.isIpv4() && !rules.allowWorkloadIpip()) {
      return Verdict.of(false, "allowIPIPPacketsFromWorkloads is false");
    }
    if (question.protocol() == IpPacket.UDP
        && question.port() == rules.vxlanPort()
        && !rules.allowWorkloadVxlan()) {
      return Verdict.of(false, "allowVXLANPacketsFromWorkloads is false");
    }
    return Optional.empty();
  }

  private Optional<Verdict> host(FlowQuestion question, IpAddress destination) {
    if (question.protocol() == IpPacket.ICMPV6
        && LINK_ICMPV6_TYPES.contains(question.icmpType().orElse(0))) {
      return Verdict.of(true, "without such ICMPv6 messages IPv6 has no link");
    }
    for (FailsafePort port : rules.failsafeOutbound()) {
      if (NUMBERS.getOrDefault(port.protocol(), -1) == question.protocol()
          && port.port() == question.port()
          && (port.net() == null || isWithin(destination, port.net()))) {
        String name = port.protocol().toString().toLowerCase(Locale.ROOT) + ":" + port.port();
        return Verdict.of(true, "failsafeOutboundHostPorts has " + name);
      }
    }
    return Optional.empty();
  }

  private static boolean isWithin(IpAddress address, Cidr net) {
    return address.isIpv4() == net.address().isIpv4()
        && new Cidr(address, net.prefixLength()).equals(net);
  }
}
