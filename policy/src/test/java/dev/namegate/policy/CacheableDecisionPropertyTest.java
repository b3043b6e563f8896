// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A decision that is called cacheable is the one that the naive interpreter takes for every packet
 * with the same key: other source ports, for host endpoints other sources, and more names learnt.
 * What its lifetime rests on is all that it needs.
 *
 * <p>Prints how many there were; {@code -Dseed=} runs one alone.
 */
final class CacheableDecisionPropertyTest {
  private static final int FLOWS = 60;
  private static final int OTHERS = 8;
  private static final AtomicLong CACHEABLE = new AtomicLong();
  private static final AtomicLong ALLOWED = new AtomicLong();

  static LongStream seeds() {
    return Seeds.of(Integer.getInteger("policy.seeds", 300));
  }

  @AfterAll
  static void saysHowManyWereCacheable() {
    System.out.println("policy: " + CACHEABLE + " cacheable of " + ALLOWED + " allowed flows");
    assertTrue(CACHEABLE.get() > 0);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void cacheableDecisionsHoldForEveryPacketWithTheKey(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String yaml = new Policies(random).generate();
    Resources resources = Verdicts.resources(yaml);
    CompiledPolicy policy = PolicyCompiler.compile(resources, "n");
    Flows flows = new Flows(random);
    NaiveInterpreter interpreter = new NaiveInterpreter(resources, flows.learnt());

    for (Endpoint endpoint : policy.endpoints()) {
      Resource object = Flows.objectOf(endpoint, resources);
      for (int i = 0; i < FLOWS; i++) {
        IpPacket packet = flows.next(object);
        DomainMembership learnt = flows.membership(policy, packet);
        int decision = policy.evaluate(endpoint.id(), packet, learnt);
        ALLOWED.addAndGet(policy.isAllow(decision) ? 1 : 0);
        if (!policy.isCacheable(endpoint.id(), decision, packet)) {
          continue;
        }
        CACHEABLE.incrementAndGet();
        String flow = "seed " + seed + ": " + object.id() + " " + Flows.text(packet) + "\n" + yaml;
        assertTrue(policy.isAllow(decision), flow);
        for (int other = 0; other < OTHERS; other++) {
          IpPacket alike = alike(packet, endpoint, random);
          String expected = interpreter.decide(object, alike);
          assertEquals(policy.describe(decision), expected, Flows.text(alike) + " like " + flow);
          assertTrue(
              policy.isAllow(policy.evaluate(endpoint.id(), alike, more(learnt, policy, random))),
              "more learnt, " + Flows.text(alike) + " like " + flow);
          LoggedRules logged = new LoggedRules();
          int again = policy.evaluate(endpoint.id(), alike, learnt, logged);
          assertEquals(decision, again, flow);
          assertFalse(logged.any, "a Log rule is for " + flow);
        }
        assertRestsOnItsLifetime(policy, endpoint, packet, decision, learnt, flow);
      }
    }
  }

  private static final class LoggedRules implements RuleLog {
    boolean any;

    @Override
    public void onLogRule(int decision) {
      any = true;
    }
  }

  /** A packet with the same key. */
  private static IpPacket alike(IpPacket packet, Endpoint endpoint, SplittableRandom random) {
    IpAddress source = new IpAddress(packet.sourceHi(), packet.sourceLo());
    if (endpoint.kind() == Endpoint.Kind.HOST) {
      List<String> all = Arrays.asList(source.isIpv4() ? Policies.V4 : Policies.V6);
      source = IpAddress.parse(all.get(random.nextInt(all.size())));
    }
    int sourcePort =
        random.nextBoolean()
            ? Policies.PORTS[random.nextInt(Policies.PORTS.length)]
            : random.nextInt(65_536);
    return new IpPacket()
        .flow(
            packet.protocol(),
            source,
            sourcePort,
            new IpAddress(packet.destinationHi(), packet.destinationLo()),
            packet.destinationPort());
  }

  private static DomainMembership more(
      DomainMembership learnt, CompiledPolicy policy, SplittableRandom random) {
    Set<Integer> others = new HashSet<>();
    for (int set = 0; set < policy.domainSetCount(); set++) {
      if (random.nextBoolean()) {
        others.add(set);
      }
    }
    return set -> learnt.isMember(set) || others.contains(set);
  }

  /** With nothing learnt but what the lifetime asks for, the flow is still allowed. */
  private static void assertRestsOnItsLifetime(
      CompiledPolicy policy,
      Endpoint endpoint,
      IpPacket packet,
      int decision,
      DomainMembership learnt,
      String flow) {
    Set<Integer> asked = new HashSet<>();
    long lifetimeNs =
        policy.lifetimeNs(
            endpoint.id(),
            decision,
            packet,
            new DomainLifetimes() {
              @Override
              public boolean isMember(int domainSet) {
                return learnt.isMember(domainSet);
              }

              @Override
              public long remainingNs(int domainSet) {
                asked.add(domainSet);
                return learnt.isMember(domainSet) ? 1_000 + domainSet : 0;
              }
            });
    assertTrue(lifetimeNs > 0, flow);
    assertEquals(asked.isEmpty(), lifetimeNs == CompiledPolicy.NO_EXPIRY, flow);
    assertEquals(decision, policy.evaluate(endpoint.id(), packet, asked::contains), flow);
  }
}
