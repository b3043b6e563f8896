// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.Garbage;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Invariant no-garbage: a decision allocates nothing. */
final class CompiledPolicyAllocationTest {
  private static final int FLOWS = 256;
  private static final int POLICIES = 12;

  @Test
  @DisplayName("P14, E6, E11: named ports, service accounts, staged and forwarded: no garbage")
  void decidesWithoutAllocating() {
    SplittableRandom random = new SplittableRandom(7);
    List<CompiledPolicy> policies = new ArrayList<>();
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < POLICIES; i++) {
      String yaml = new Policies(random).generate();
      written.append(yaml);
      policies.add(PolicyCompiler.compile(Verdicts.resources(yaml), "n"));
    }
    for (String word : List.of("[dns", "serviceAccounts", "stagedAction: Set", "applyOnForward")) {
      assertTrue(written.indexOf(word) >= 0, word);
    }
    CompiledPolicy[] compiled = policies.toArray(CompiledPolicy[]::new);
    List<IpPacket> flows = new ArrayList<>();
    for (int i = 0; i < FLOWS; i++) {
      flows.add(flow(random));
    }
    IpPacket[] packets = flows.toArray(IpPacket[]::new);
    DomainMembership even = set -> (set & 1) == 0;
    long expected = decideAll(compiled, packets, even, 1);

    assertEquals(
        0,
        Garbage.leastOf(() -> assertEquals(40 * expected, decideAll(compiled, packets, even, 40))));
  }

  private static IpPacket flow(SplittableRandom random) {
    String[] addresses = random.nextBoolean() ? Policies.V4 : Policies.V6;
    return new IpPacket()
        .flow(
            Policies.PROTOCOLS[random.nextInt(Policies.PROTOCOLS.length)],
            IpAddress.parse(addresses[random.nextInt(addresses.length)]),
            1024 + random.nextInt(60000),
            IpAddress.parse(addresses[random.nextInt(addresses.length)]),
            Policies.PORTS[random.nextInt(Policies.PORTS.length)]);
  }

  private static long decideAll(
      CompiledPolicy[] policies, IpPacket[] packets, DomainMembership learnt, int times) {
    long sum = 0;
    for (int i = 0; i < times; i++) {
      for (CompiledPolicy policy : policies) {
        int endpoints = policy.endpoints().size();
        for (IpPacket packet : packets) {
          for (int endpoint = 0; endpoint < endpoints; endpoint++) {
            int decision = policy.evaluate(endpoint, packet, learnt);
            sum += decision + 1;
            sum += policy.isCacheable(endpoint, decision, packet) ? 1 : 0;
            sum += policy.evaluateForward(endpoint, packet, learnt, RuleLog.NONE);
            if (policy.hasStaged(endpoint)) {
              sum += policy.evaluatePending(endpoint, packet, learnt);
              sum += policy.evaluatePendingForward(endpoint, packet, learnt);
            }
          }
        }
      }
    }
    return sum;
  }
}
