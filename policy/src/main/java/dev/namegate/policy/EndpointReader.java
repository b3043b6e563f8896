// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpAddress;
import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import java.util.List;

/** Reads WorkloadEndpoint and HostEndpoint. */
final class EndpointReader {
  private EndpointReader() {}

  static WorkloadEndpoint workload(Metadata metadata, YamlObject spec) {
    String interfaceName = spec.requiredString("interfaceName");
    checkInterfaceName(spec, interfaceName);
    List<IpAddress> addresses = Fields.parsed(spec, "ipNetworks", EndpointReader::singleAddress);
    if (addresses.isEmpty()) {
      spec.warning(
          "ipNetworks",
          "the endpoint has no address and is ignored: all it sends is dropped",
          "add ipNetworks with a /32 or /128");
    }
    if (!Fields.parsed(spec, "allowSpoofedSourcePrefixes", text -> Cidr.parse(text, false))
        .isEmpty()) {
      spec.warning(
          "allowSpoofedSourcePrefixes",
          "is not honoured: a workload may send from its own addresses only",
          "remove it");
    }
    spec.ignore(
        "pod",
        "workload",
        "containerID",
        "endpoint",
        "mac",
        "ipv4Gateway",
        "ipv6Gateway",
        "ipNATs");
    return new WorkloadEndpoint(
        metadata,
        spec.requiredString("node"),
        spec.string("orchestrator", ""),
        spec.string("serviceAccountName", ""),
        interfaceName,
        addresses,
        Fields.profiles(spec),
        Fields.namedPorts(spec, "hostPort", "hostIP"));
  }

  static HostEndpoint host(Metadata metadata, YamlObject spec) {
    String interfaceName = spec.string("interfaceName", "");
    if (!interfaceName.equals(Endpoint.ALL_INTERFACES)) {
      checkInterfaceName(spec, interfaceName);
    }
    List<IpAddress> expected = Fields.parsed(spec, "expectedIPs", Cidr::parseAddress);
    if (interfaceName.isEmpty() && expected.isEmpty()) {
      spec.error(
          "interfaceName", "is missing, and expectedIPs too", "add one of the two; '*' is all");
    }
    return new HostEndpoint(
        metadata,
        spec.requiredString("node"),
        interfaceName,
        expected,
        Fields.profiles(spec),
        Fields.namedPorts(spec));
  }

  private static void checkInterfaceName(YamlObject spec, String name) {
    if (!name.isEmpty() && !Fields.INTERFACE_NAME.matcher(name).matches()) {
      spec.error(
          "interfaceName",
          "\"" + name + "\" is not the name of an interface",
          "write at most 15 letters, digits, '-_.'");
    }
  }

  private static IpAddress singleAddress(String text) {
    Cidr cidr = Cidr.parse(text, false);
    int bits = cidr.isIpv4() ? 32 : 128;
    if (cidr.prefixLength() != bits) {
      throw new InvalidTextException(
          "\"" + text + "\" is more than one address", "write one address, with /" + bits);
    }
    return cidr.address();
  }
}
