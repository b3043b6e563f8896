// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.Garbage;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The table against {@link NaiveQuestions}; {@code -Dseed=} repeats a run. */
final class QuestionTablePropertyTest {
  private static final int ROUNDS = 40;
  private static final int STEPS = 3_000;

  private static final List<IpAddress> SERVERS =
      List.of(
          IpAddress.parse("192.0.2.53"),
          IpAddress.parse("10.96.0.10"),
          IpAddress.parse("2001:db8::53"));

  private final SplittableRandom random;

  QuestionTablePropertyTest() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("QuestionTablePropertyTest: -Dseed=" + seed);
    random = new SplittableRandom(seed);
  }

  @Test
  void doesAsTheNaiveOneDoes() {
    for (int round = 0; round < ROUNDS; round++) {
      int maxPerClient = 1 + random.nextInt(200);
      int maxQuestions = 1 + random.nextInt(1_000);
      boolean few = random.nextBoolean();
      QuestionTable table = new QuestionTable(maxPerClient, maxQuestions);
      NaiveQuestions naive = new NaiveQuestions(maxPerClient, maxQuestions);
      long nowNs = random.nextLong();
      for (int step = 0; step < STEPS; step++) {
        NaiveQuestions.Key key = key(few);
        QuestionKey same = same(key);
        if (random.nextInt(3) > 0) {
          boolean translates = random.nextInt(3) == 0;
          IpAddress reached = translates ? server() : key.server();
          int port = translates ? 53 + random.nextInt(2) : key.serverPort();
          assertEquals(
              naive.ask(key, reached, port, nowNs),
              table.ask(same, reached.hi(), reached.lo(), port, nowNs));
        } else {
          assertEquals(naive.take(key, nowNs), table.take(same, nowNs));
        }
        assertEquals(naive.size(), table.size());
        nowNs += random.nextInt(50) == 0 ? random.nextLong(QuestionTable.LIFE_NS * 5 / 4) : 1;
      }
    }
  }

  private NaiveQuestions.Key key(boolean few) {
    DomainName name =
        DomainName.parse("a".repeat(1 + random.nextInt(few ? 2 : 60)) + ".example.org");
    return new NaiveQuestions.Key(
        IpAddress.ofIpv4(random.nextInt(few ? 3 : 300)),
        4_000 + random.nextInt(few ? 2 : 100),
        server(),
        53 + random.nextInt(2),
        random.nextInt(2),
        new Question(name, 1 + random.nextInt(2), 1));
  }

  private IpAddress server() {
    return SERVERS.get(random.nextInt(SERVERS.size()));
  }

  private static QuestionKey same(NaiveQuestions.Key key) {
    return QuestionTableTest.key(
        key.client(), key.clientPort(), key.server(), key.serverPort(), key.id(), key.question());
  }

  @Test
  void asksAndTakesWithoutAllocating() {
    QuestionTable table = new QuestionTable(1_000, 1_000);
    List<QuestionKey> keys = new ArrayList<>();
    IntStream.range(0, 500).forEach(unused -> keys.add(same(key(false))));
    IpAddress reached = SERVERS.get(0);
    long checksum = askAndTake(table, keys, reached);

    assertEquals(
        0, Garbage.leastOf(() -> assertEquals(checksum, askAndTake(table, keys, reached))));
    assertEquals(0, table.size());
  }

  private static long askAndTake(QuestionTable table, List<QuestionKey> keys, IpAddress reached) {
    long sum = 0;
    for (int round = 0; round < 200; round++) {
      for (int i = 0; i < keys.size(); i++) {
        sum += table.ask(keys.get(i), reached.hi(), reached.lo(), 53, round) ? 1 : 0;
      }
      for (int i = 0; i < keys.size(); i++) {
        sum += table.take(keys.get(i), round) ? 1 : 0;
      }
    }
    return sum;
  }
}
