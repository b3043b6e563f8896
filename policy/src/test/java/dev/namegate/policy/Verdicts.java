// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.util.Arrays;
import java.util.List;

/** Asks the compiled policy of some YAML about flows, in the terms of the YAML. */
final class Verdicts {
  private final CompiledPolicy policy;

  private Verdicts(CompiledPolicy policy) {
    this.policy = policy;
  }

  /** The verdicts on a node; the YAML has to be without an error. */
  static Verdicts of(String node, String yaml) {
    return new Verdicts(PolicyCompiler.compile(resources(yaml), node));
  }

  static Resources resources(String yaml) {
    ReadResult read = read(yaml);
    assertEquals(
        List.of(), read.problems().stream().filter(p -> p.severity() == Severity.ERROR).toList());
    return read.resources();
  }

  static ReadResult read(String yaml) {
    Problems problems = new Problems();
    FileMerge merge = new FileMerge();
    merge.add(
        "test.yaml",
        FileContent.of("test.yaml", YamlFile.parse("test.yaml", yaml, problems), problems));
    ReadResult all = merge.result();
    return new ReadResult(all.resources(), all.problems(), all.refused(), List.of());
  }

  CompiledPolicy policy() {
    return policy;
  }

  /** What decides a flow from this interface's endpoint to an address learnt for these names. */
  String of(String interfaceName, int protocol, String address, int port, String... names) {
    return policy.describe(decision(interfaceName, protocol, address, port, names));
  }

  boolean allows(String interfaceName, int protocol, String address, int port, String... names) {
    return policy.isAllow(decision(interfaceName, protocol, address, port, names));
  }

  private int decision(
      String interfaceName, int protocol, String address, int port, String... names) {
    IpAddress destination = IpAddress.parse(address);
    IpAddress source = IpAddress.parse(destination.isIpv4() ? "10.65.0.2" : "fd65::2");
    return policy.evaluate(
        endpoint(interfaceName),
        new IpPacket().flow(protocol, source, 40000, destination, port),
        learnt(names));
  }

  int endpoint(String interfaceName) {
    int workload = policy.workloadEndpoint(interfaceName);
    int endpoint = workload >= 0 ? workload : policy.hostEndpoint(interfaceName);
    if (endpoint < 0) {
      throw new AssertionError("no endpoint for " + interfaceName);
    }
    return endpoint;
  }

  /** The membership of an address that was learnt for these names. */
  DomainMembership learnt(String... names) {
    int[] sets =
        Arrays.stream(names)
            .flatMapToInt(name -> Arrays.stream(policy.domainSets(DomainName.parse(name))))
            .toArray();
    return set -> Arrays.stream(sets).anyMatch(known -> known == set);
  }
}
