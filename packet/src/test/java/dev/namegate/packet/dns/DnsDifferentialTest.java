// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Our decoder against {@link DnsjavaOracle}, on generated and on damaged messages: 20,000 of them,
 * 1,000,000 with {@code -Dnamegate.full=true}.
 */
final class DnsDifferentialTest {
  private static final int MESSAGES = Boolean.getBoolean("namegate.full") ? 1_000_000 : 20_000;

  /** From here on pointers to pointers are looked for. */
  private static final int LONG = 4_096;

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final DnsComparison comparison = new DnsComparison();
  private final CommonMessage common = new CommonMessage();

  @Test
  void decoderAcceptsAndLearnsWhatTheOracleDoes() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("DnsDifferentialTest: " + MESSAGES + " messages, -Dseed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    GeneratedMessages generated = new GeneratedMessages(random);
    MutatedMessages mutated = new MutatedMessages(random);
    for (int i = 0; i < MESSAGES; i++) {
      byte[] octets = generated.next();
      boolean damaged = i % 2 == 1;
      compare(damaged ? mutated.of(octets) : octets, damaged ? "damaged" : "generated", random);
    }
    outcomes.forEach((outcome, count) -> System.out.printf("%9d %s%n", count, outcome));

    assertEveryOutcomeWasMet();
  }

  private void assertEveryOutcomeWasMet() {
    for (String origin : new String[] {"generated", "damaged"}) {
      for (String outcome :
          new String[] {
            "bad_dns_message",
            "dns_not_query",
            "dns_question_count",
            "dns_wrong_direction",
            "ok, nothing learnt",
            "ok, learnt"
          }) {
        assertTrue(outcomes.containsKey(origin + ": " + outcome), outcomes::toString);
      }
    }
    assertTrue(outcomes.get("decoded by ourselves") > MESSAGES / 8, outcomes::toString);
    assertTrue(outcomes.get("decoded by dnsjava") > MESSAGES / 50, outcomes::toString);
  }

  private void compare(byte[] octets, String origin, SplittableRandom random) {
    boolean reply = random.nextInt(20) > 0;
    boolean hints = random.nextInt(4) > 0;

    DnsjavaOracle.Result both = comparison.compare(octets, reply, hints);

    if (both.status().equals("ok")) {
      boolean taken = common.take(octets, octets.length);
      outcomes.merge(taken ? "decoded by ourselves" : "decoded by dnsjava", 1, Integer::sum);
    }
    if (octets.length > LONG) {
      outcomes.merge("longer than " + LONG + " octets: " + both.status(), 1, Integer::sum);
    }
    String learnt = both.edges().isEmpty() ? ", nothing learnt" : ", learnt";
    outcomes.merge(
        origin + ": " + both.status() + (both.status().equals("ok") ? learnt : ""),
        1,
        Integer::sum);
  }
}
