// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * A WorkloadEndpoint or HostEndpoint.
 *
 * @param namespace empty for a host endpoint
 * @param interfaceName {@code *} for a host endpoint of every interface
 * @param labels its own and those its namespace gives it
 */
record EndpointSpec(
    Endpoint.Kind kind,
    String namespace,
    String name,
    String node,
    String interfaceName,
    List<IpAddress> addresses,
    Map<String, String> labels,
    List<String> profiles,
    List<NamedPort> ports) {
  /** A port that an endpoint gives a name. */
  record NamedPort(String name, int protocol, int port) {}
}
