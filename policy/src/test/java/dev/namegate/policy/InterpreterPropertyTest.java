// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The compiled policy decides, and gives the reason, as the naive interpreter does. */
final class InterpreterPropertyTest {
  private static final int FLOWS = 40;

  static LongStream seeds() {
    return Seeds.of(Integer.getInteger("policy.seeds", 300));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void decidesAsTheInterpreterDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String yaml = new Policies(random).generate();
    Resources resources = Verdicts.resources(yaml);
    CompiledPolicy policy = PolicyCompiler.compile(resources, "n");
    Map<String, Set<String>> learnt = learntNames(random);
    NaiveInterpreter interpreter = new NaiveInterpreter(resources, learnt);

    for (Endpoint endpoint : policy.endpoints()) {
      Resource object = objectOf(endpoint, resources);
      for (int i = 0; i < FLOWS; i++) {
        IpPacket packet = flow(random, object);
        DomainMembership membership = membership(policy, learnt, packet);
        String expected = interpreter.decide(object, packet);
        int decision = policy.evaluate(endpoint.id(), packet, membership);
        String flow = "seed " + seed + ": " + object.id() + " " + text(packet) + "\n" + yaml;
        assertEquals(expected, policy.describe(decision), flow);
        assertEquals(expected.endsWith(" Allow"), policy.isAllow(decision), flow);
        if (object instanceof HostEndpoint) {
          assertEquals(
              interpreter.decideForward(object, packet),
              policy.describe(
                  policy.evaluateForward(endpoint.id(), packet, membership, RuleLog.NONE)),
              flow);
        }
      }
    }
  }

  private static Resource objectOf(Endpoint endpoint, Resources resources) {
    return Stream.concat(
            resources.all(WorkloadEndpoint.class).stream(),
            resources.all(HostEndpoint.class).stream())
        .filter(object -> object.metadata().name().equals(endpoint.name()))
        .filter(object -> object.metadata().namespace().equals(endpoint.namespace()))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Set<String>> learntNames(SplittableRandom random) {
    Map<String, Set<String>> learnt = new HashMap<>();
    Stream.concat(Arrays.stream(Policies.V4), Arrays.stream(Policies.V6))
        .forEach(
            address -> {
              Set<String> names = new HashSet<>();
              for (int i = random.nextInt(3); i > 0; i--) {
                names.add(Policies.NAMES[random.nextInt(Policies.NAMES.length)]);
              }
              learnt.put(address, names);
            });
    return learnt;
  }

  private static IpPacket flow(SplittableRandom random, Resource object) {
    boolean v4 = random.nextInt(100) < 60;
    String[] addresses = v4 ? Policies.V4 : Policies.V6;
    IpAddress source = IpAddress.parse(addresses[random.nextInt(addresses.length)]);
    if (object instanceof WorkloadEndpoint workload && random.nextInt(4) != 0) {
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

  private static DomainMembership membership(
      CompiledPolicy policy, Map<String, Set<String>> learnt, IpPacket packet) {
    Set<Integer> sets = new TreeSet<>();
    String address = new IpAddress(packet.destinationHi(), packet.destinationLo()).toString();
    for (String name : learnt.get(address)) {
      for (int set : policy.domainSets(DomainName.parse(name))) {
        sets.add(set);
      }
    }
    return sets::contains;
  }

  private static String text(IpPacket packet) {
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
