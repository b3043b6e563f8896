// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A port that host endpoint policy never closes.
 *
 * @param protocol one that has ports
 * @param port 1–65535
 * @param net the peers it is kept open for (destinations of outbound, sources of inbound); null for
 *     all
 */
public record FailsafePort(IpProtocol protocol, int port, @Nullable Cidr net) {
  public FailsafePort {
    if (!protocol.hasPorts()) {
      throw new IllegalArgumentException(
          "failsafe protocol " + protocol + " has no ports; tcp, udp or sctp has");
    }
    RulesConfig.checkRange("failsafe " + protocol + " port", port, 1, 65_535);
  }

  public FailsafePort(IpProtocol protocol, int port) {
    this(protocol, port, null);
  }

  /** Calico's inbound ones: TCP 22 for shells, UDP 68 for DHCP, and those of the cluster. */
  static List<FailsafePort> defaultInbound() {
    List<FailsafePort> ports = new ArrayList<>();
    ports.add(new FailsafePort(IpProtocol.UDP, 68));
    ports.add(new FailsafePort(IpProtocol.TCP, 22));
    ports.addAll(ofTheCluster());
    return ports;
  }

  /** Calico's outbound ones: UDP 53 for DNS, UDP 67 for DHCP, and those of the cluster. */
  static List<FailsafePort> defaultOutbound() {
    List<FailsafePort> ports = new ArrayList<>();
    ports.add(new FailsafePort(IpProtocol.UDP, 53));
    ports.add(new FailsafePort(IpProtocol.UDP, 67));
    ports.addAll(ofTheCluster());
    return ports;
  }

  /** BGP, etcd, Typha, the Kubernetes API and two that Calico has always had. */
  private static List<FailsafePort> ofTheCluster() {
    return Stream.of(179, 2379, 2380, 5473, 6443, 6666, 6667)
        .map(port -> new FailsafePort(IpProtocol.TCP, port))
        .toList();
  }

  boolean appliesTo(IpFamily family) {
    return net == null || net.family() == family;
  }

  // Written out: a record's own are made at run time, and a start would wait for that.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FailsafePort that
        && protocol == that.protocol
        && port == that.port
        && Objects.equals(net, that.net);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * protocol.hashCode() + port) + Objects.hashCode(net);
  }
}
