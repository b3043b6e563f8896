// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Invariant no-garbage: a decision allocates nothing. */
final class CompiledPolicyAllocationTest {
  private static final int FLOWS = 256;

  @Test
  void decidesWithoutAllocating() {
    SplittableRandom random = new SplittableRandom(7);
    CompiledPolicy policy =
        PolicyCompiler.compile(Verdicts.resources(new Policies(random).generate()), "n");
    List<IpPacket> flows = new ArrayList<>();
    for (int i = 0; i < FLOWS; i++) {
      flows.add(flow(random));
    }
    IpPacket[] packets = flows.toArray(IpPacket[]::new);
    DomainMembership even = set -> (set & 1) == 0;
    long expected = decideAll(policy, packets, even, 1);
    decideAll(policy, packets, even, 200);

    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    threads.getCurrentThreadAllocatedBytes();
    long before = threads.getCurrentThreadAllocatedBytes();
    long sum = decideAll(policy, packets, even, 200);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertEquals(200 * expected, sum);
    assertEquals(0, allocated);
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
      CompiledPolicy policy, IpPacket[] packets, DomainMembership learnt, int times) {
    int endpoints = policy.endpoints().size();
    long sum = 0;
    for (int i = 0; i < times; i++) {
      for (IpPacket packet : packets) {
        for (int endpoint = 0; endpoint < endpoints; endpoint++) {
          sum += policy.evaluate(endpoint, packet, learnt) + 1;
          sum += policy.evaluateForward(endpoint, packet, learnt, RuleLog.NONE);
        }
      }
    }
    return sum;
  }
}
