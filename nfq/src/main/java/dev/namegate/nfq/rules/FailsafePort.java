// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

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

  boolean appliesTo(IpFamily family) {
    return net == null || net.family() == family;
  }
}
