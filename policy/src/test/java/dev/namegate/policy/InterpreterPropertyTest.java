// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Resource.HostEndpoint;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The compiled policy decides, and gives the reason, as the naive interpreter does: on what
 * endpoints open, on what hosts forward, and on both were the staged policies enforced.
 *
 * <p>A million decisions and more, in some minutes:
 *
 * <pre>
 *   mvn -B -ntp -pl policy -am test -Dtest=InterpreterPropertyTest \
 *       -Dsurefire.failIfNoSpecifiedTests=false -Dpolicy.seeds=4000
 * </pre>
 *
 * <p>Prints the seeds and how many decisions were compared; {@code -Dseed=} runs one alone.
 */
@DisplayName("E1: tiers, policies, rules and profiles decide as the specification read literally")
final class InterpreterPropertyTest {
  private static final int FLOWS = 40;
  private static final AtomicLong DECISIONS = new AtomicLong();
  private static final AtomicLong LAST_SEED = new AtomicLong();

  static LongStream seeds() {
    return Seeds.of(Integer.getInteger("policy.seeds", 300)).peek(LAST_SEED::set);
  }

  @AfterAll
  static void saysHowManyDecisionsWereCompared() {
    System.out.println(
        "policy: "
            + DECISIONS
            + " random decisions equal; seeds 0 to "
            + (Integer.getInteger("policy.seeds", 300) - 1)
            + " and "
            + LAST_SEED);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void decidesAsTheInterpreterDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String yaml = new Policies(random).generate();
    Resources resources = Verdicts.resources(yaml);
    CompiledPolicy policy = PolicyCompiler.compile(resources, "n");
    Flows flows = new Flows(random);
    NaiveInterpreter enforced = new NaiveInterpreter(resources, flows.learnt());
    NaiveInterpreter pending = new NaiveInterpreter(resources, flows.learnt(), true);

    for (Endpoint endpoint : policy.endpoints()) {
      Resource object = Flows.objectOf(endpoint, resources);
      int id = endpoint.id();
      for (int i = 0; i < FLOWS; i++) {
        IpPacket packet = flows.next(object);
        DomainMembership learnt = flows.membership(policy, packet);
        String flow = "seed " + seed + ": " + object.id() + " " + Flows.text(packet) + "\n" + yaml;
        assertDecision(
            enforced.decide(object, packet), policy, policy.evaluate(id, packet, learnt), flow);
        String staged = pending.decide(object, packet);
        assertDecision(staged, policy, policy.evaluatePending(id, packet, learnt), flow);
        if (object instanceof HostEndpoint) {
          assertDecision(
              enforced.decideForward(object, packet),
              policy,
              policy.evaluateForward(id, packet, learnt, RuleLog.NONE),
              flow);
          assertDecision(
              pending.decideForward(object, packet),
              policy,
              policy.evaluatePendingForward(id, packet, learnt),
              flow);
        }
      }
    }
  }

  private static void assertDecision(
      String expected, CompiledPolicy policy, int decision, String flow) {
    assertEquals(expected, policy.describe(decision), flow);
    assertEquals(
        expected.endsWith(" Allow") || expected.equals("no policy denies forwarding"),
        policy.isAllow(decision),
        flow);
    DECISIONS.incrementAndGet();
  }
}
