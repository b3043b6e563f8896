// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.nfq.rules.Cidr;
import dev.namegate.nfq.rules.SourceAddress;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.Endpoint;
import java.util.ArrayList;
import java.util.List;

/** Which addresses each workload's interface may send from: its own. */
final class SourceAddresses {
  private SourceAddresses() {}

  static List<SourceAddress> of(List<Endpoint> endpoints) {
    List<SourceAddress> sources = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      if (endpoint.kind() == Endpoint.Kind.WORKLOAD) {
        for (IpAddress address : endpoint.addresses()) {
          sources.add(new SourceAddress(endpoint.interfaceName(), Cidr.of(address)));
        }
      }
    }
    return sources;
  }
}
