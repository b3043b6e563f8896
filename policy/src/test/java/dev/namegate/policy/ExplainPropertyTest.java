// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Explanation.Comparison;
import dev.namegate.policy.Explanation.Kind;
import dev.namegate.policy.Explanation.Step;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is explained is what is decided, and a rule matches if all that it compares does. */
final class ExplainPropertyTest {
  private static final int FLOWS = 10;

  static LongStream seeds() {
    return Seeds.of(200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void explainsWhatIsDecided(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String yaml = new Policies(random).generate();
    Resources resources = Verdicts.resources(yaml);
    CompiledPolicy policy = PolicyCompiler.compile(resources, "n");
    Flows flows = new Flows(random);

    for (Endpoint endpoint : policy.endpoints()) {
      int id = endpoint.id();
      for (int i = 0; i < FLOWS; i++) {
        IpPacket packet = flows.next(Flows.objectOf(endpoint, resources));
        DomainMembership learnt = flows.membership(policy, packet);
        String flow = "seed " + seed + ": " + endpoint + " " + Flows.text(packet) + "\n" + yaml;
        Explanation local = policy.explain(id, false, packet, flows::namesOf);
        assertExplains(local, policy, policy.evaluate(id, packet, learnt), flow);
        Explanation forwarded = policy.explain(id, true, packet, flows::namesOf);
        int forward = policy.evaluateForward(id, packet, learnt, RuleLog.NONE);
        assertExplains(forwarded, policy, forward, flow);
        assertEquals(policy.hasStaged(id), local.pending() != null, flow);
        if (policy.hasStaged(id)) {
          int pending = policy.evaluatePending(id, packet, learnt);
          assertExplains(Objects.requireNonNull(local.pending()), policy, pending, flow);
          int pendingForward = policy.evaluatePendingForward(id, packet, learnt);
          assertExplains(Objects.requireNonNull(forwarded.pending()), policy, pendingForward, flow);
        }
      }
    }
  }

  private static void assertExplains(
      Explanation explanation, CompiledPolicy policy, int decision, String flow) {
    String text = explanation + "\n" + flow;
    assertEquals(policy.describe(decision), explanation.decidedBy(), text);
    assertEquals(policy.isAllow(decision), explanation.allow(), text);
    List<Step> steps = explanation.steps();
    for (Step step : steps) {
      if (step.kind() == Kind.RULE) {
        assertEquals(
            !step.outcome().equals("no match"),
            step.comparisons().stream().allMatch(Comparison::matched),
            text);
      }
    }
    Step last = steps.get(steps.size() - 1);
    assertEquals(explanation.allow() ? "Allow" : "Deny", last.outcome(), text);
    assertTrue(
        explanation
            .decidedBy()
            .endsWith(last.kind() == Kind.RULE ? last.name() + " " + last.outcome() : last.name()),
        text);
  }
}
