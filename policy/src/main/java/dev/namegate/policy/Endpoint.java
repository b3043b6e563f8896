// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpAddress;
import java.util.List;

/**
 * An endpoint of this node that policy is compiled for.
 *
 * @param id what {@link CompiledPolicy#evaluate} takes
 * @param namespace empty for a host endpoint
 * @param interfaceName the interface that it is behind, or {@code *} for a host endpoint of all
 */
public record Endpoint(
    int id,
    Kind kind,
    String namespace,
    String name,
    String interfaceName,
    List<IpAddress> addresses) {
  /** Whether a workload or the host itself connects from there. */
  public enum Kind {
    WORKLOAD,
    HOST
  }

  public Endpoint {
    addresses = List.copyOf(addresses);
  }
}
