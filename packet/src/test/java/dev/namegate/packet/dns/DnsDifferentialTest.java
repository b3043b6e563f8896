// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.ParseStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

/**
 * Our decoder against {@link DnsjavaOracle}, on generated and on damaged messages: 20,000 of them,
 * 1,000,000 with {@code -Dnamegate.full=true}.
 */
final class DnsDifferentialTest {
  private static final int MESSAGES = Boolean.getBoolean("namegate.full") ? 1_000_000 : 20_000;

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final DnsMessage withHints = new DnsMessage(true);
  private final DnsMessage withoutHints = new DnsMessage(false);

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
  }

  private void compare(byte[] octets, String origin, SplittableRandom random) {
    boolean reply = random.nextInt(20) > 0;
    boolean hints = random.nextInt(4) > 0;
    DnsMessage message = hints ? withHints : withoutHints;
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    int status =
        reply
            ? message.decodeReply(buffer, 0, octets.length)
            : message.decodeQuery(buffer, 0, octets.length);
    DnsjavaOracle.Result ours =
        new DnsjavaOracle.Result(
            ParseStatus.name(status),
            message.rcode(),
            status == ParseStatus.OK ? text(message.question()) : "",
            edges(message));

    DnsjavaOracle.Result theirs = DnsjavaOracle.judge(octets, reply, hints);

    assertEquals(theirs, ours, () -> hints + " " + HexFormat.of().formatHex(octets));
    String learnt = ours.edges().isEmpty() ? ", nothing learnt" : ", learnt";
    outcomes.merge(
        origin + ": " + ours.status() + (status == ParseStatus.OK ? learnt : ""), 1, Integer::sum);
  }

  private static Set<String> edges(DnsMessage message) {
    Set<String> edges = new TreeSet<>();
    for (Edge edge : message.chain()) {
      String leadsTo =
          edge instanceof AliasEdge alias
              ? " -> " + text(alias.target())
              : " = " + DnsjavaOracle.text(((AddressEdge) edge).address().bytes());
      edges.add(text(edge.owner()) + leadsTo + " " + edge.ttlSeconds());
    }
    return edges;
  }

  private static String text(Question question) {
    return text(question.name()) + " " + question.dnsClass() + " " + question.type();
  }

  private static String text(DomainName name) {
    try {
      return DnsjavaOracle.text(new Name(name.toWire()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
