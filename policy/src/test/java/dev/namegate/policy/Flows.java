// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Random flows among the addresses of {@link Policies}, and the names learnt for those. */
final class Flows {
  private final SplittableRandom random;
  private final Map<String, Set<String>> learnt = new HashMap<>();

  Flows(SplittableRandom random) {
    this.random = random;
    Stream.concat(Arrays.stream(Policies.V4), Arrays.stream(Policies.V6))
        .forEach(
            address -> {
              Set<String> names = new HashSet<>();
              for (int i = random.nextInt(3); i > 0; i--) {
                names.add(Policies.NAMES[random.nextInt(Policies.NAMES.length)]);
              }
              learnt.put(address, names);
            });
  }

  /** The names that each address, as text, was learnt for. */
  Map<String, Set<String>> learnt() {
    return learnt;
  }

  List<DomainName> namesOf(IpAddress address) {
    return learnt.getOrDefault(address.toString(), Set.of()).stream()
        .map(DomainName::parse)
        .sorted()
        .toList();
  }

  /** The object that the compiler made the endpoint of. */
  static Resource objectOf(Endpoint endpoint, Resources resources) {
    return Stream.concat(
            resources.all(WorkloadEndpoint.class).stream(),
            resources.all(HostEndpoint.class).stream())
        .filter(object -> object.metadata().name().equals(endpoint.name()))
        .filter(object -> object.metadata().namespace().equals(endpoint.namespace()))
        .findFirst()
        .orElseThrow();
  }

  /** A flow that this endpoint could open, or something near it. */
  IpPacket next(Resource endpoint) {
    boolean v4 = random.nextInt(100) < 60;
    String[] addresses = v4 ? Policies.V4 : Policies.V6;
    IpAddress source = IpAddress.parse(addresses[random.nextInt(addresses.length)]);
    if (endpoint instanceof WorkloadEndpoint workload && random.nextInt(4) != 0) {
      source = workload.addresses().get(v4 ? 0 : 1);
    }
    IpAddress destination = IpAddress.parse(addresses[random.nextInt(addresses.length)]);
    int protocol = Policies.PROTOCOLS[random.nextInt(Policies.PROTOCOLS.length)];
    boolean ports = protocol == 6 || protocol == 17 || protocol == 132;
    int port = Policies.PORTS[random.nextInt(Policies.PORTS.length)];
    int sourcePort = Policies.PORTS[random.nextInt(Policies.PORTS.length)];
    IpPacket packet =
        new IpPacket()
            .flow(protocol, source, ports ? sourcePort : -1, destination, ports ? port : -1);
    return protocol == 1 || protocol == 58
        ? packet.icmp(7 + random.nextInt(3), random.nextInt(2))
        : packet;
  }

  /** What the destination is a member of in this policy. */
  DomainMembership membership(CompiledPolicy policy, IpPacket packet) {
    Set<Integer> sets = new TreeSet<>();
    IpAddress address = new IpAddress(packet.destinationHi(), packet.destinationLo());
    for (DomainName name : namesOf(address)) {
      for (int set : policy.domainSets(name)) {
        sets.add(set);
      }
    }
    return sets::contains;
  }

  static String text(IpPacket packet) {
    return "protocol "
        + packet.protocol()
        + " "
        + new IpAddress(packet.sourceHi(), packet.sourceLo())
        + " "
        + packet.sourcePort()
        + " -> "
        + new IpAddress(packet.destinationHi(), packet.destinationLo())
        + " "
        + packet.destinationPort();
  }
}
