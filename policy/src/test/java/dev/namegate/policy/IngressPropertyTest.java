// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.IpPacket;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ingress that is present in a policy never changes egress. */
@DisplayName("P12: ingress rules, with or without domain sets, change no egress")
final class IngressPropertyTest {
  private static final int FLOWS = 20;

  static LongStream seeds() {
    return Seeds.of(100);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void withoutIngressRulesTheDecisionsAreTheSame(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String yaml = new Policies(random).generate();
    String withoutIngress = yaml.replaceAll("  ingress:\n(  - .*\n)+", "");
    Resources resources = Verdicts.resources(yaml);
    CompiledPolicy policy = PolicyCompiler.compile(resources, "n");
    CompiledPolicy other = PolicyCompiler.compile(Verdicts.resources(withoutIngress), "n");
    Flows flows = new Flows(random);

    assertEquals(policy.endpoints(), other.endpoints());
    for (Endpoint endpoint : policy.endpoints()) {
      for (int i = 0; i < FLOWS; i++) {
        IpPacket packet = flows.next(Flows.objectOf(endpoint, resources));
        String flow = "seed " + seed + ": " + Flows.text(packet) + "\n" + yaml;
        for (boolean forwarded : new boolean[] {false, true}) {
          assertEquals(
              policy.explain(endpoint.id(), forwarded, packet, flows::namesOf),
              other.explain(endpoint.id(), forwarded, packet, flows::namesOf),
              flow);
        }
      }
    }
  }
}
