// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.packet.dns.Edge;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Invariant <i>no-garbage</i> of learning: what is known is renewed without an allocation. */
class LearnAllocationTest {
  private static final int NAMES = 500;
  private static final int ROUNDS = 100;
  private static final int[] ONE = {3};
  private static final int[] TWO = {1, 3};
  private static final int[] NONE = {};

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long nowNs;

  private static final NameMatcher MATCHER =
      name -> {
        String text = name.toString();
        return text.startsWith("a") ? ONE : text.startsWith("b") ? TWO : NONE;
      };

  /** Chains that end apart and chains that end at once, addresses of several names, both kinds. */
  private static List<AnswerLinks> answers() {
    List<AnswerLinks> answers = new ArrayList<>();
    for (int i = 0; i < NAMES; i++) {
      List<Edge> links = new ArrayList<>();
      if (i % 3 == 0) {
        links.add(Answers.alias("a" + i + ".test", "b" + i + ".test", 60 + i));
        links.add(Answers.alias("b" + i + ".test", "c" + i + ".test", 40 + i));
      }
      String owner = (i % 3 == 0 ? "c" : i % 3 == 1 ? "b" : "n") + i + ".test";
      for (int j = 0; j < 1 + i % 10; j++) {
        links.add(Answers.address(owner, "10.0." + i % 200 + "." + j, 80));
        links.add(Answers.address(owner, "2001:db8::" + i % 7 + ":" + j, 30 + j));
      }
      answers.add(AnswerLinks.of(links));
    }
    return answers;
  }

  @Test
  void whatIsKnownIsRenewedWithoutAllocation() {
    DnsCache cache = new DnsCache(CacheConfig.DEFAULT, MATCHER);
    List<AnswerLinks> answers = answers();
    assertTrue(learnt(cache, answers, 1) > 0, "the JVM counts allocations");
    // The JVM allocates for itself now and then, in no two rounds: garbage would be in each.
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      least = Math.min(least, learnt(cache, answers, 1));
    }

    assertEquals(0, least);
  }

  /** What a share has room for grows now and then, as links go from client to client. */
  @Test
  void whatIsKnownIsRenewedWithoutAllocationWhoeverAsks() {
    DnsCache cache = new DnsCache(CacheConfig.DEFAULT, MATCHER);
    List<AnswerLinks> answers = answers();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 6; i++) {
      least = Math.min(least, learnt(cache, answers, 3));
    }

    assertEquals(0, least);
  }

  /**
   * Names that take the places of others, under a policy that reads octets and publishes nothing: a
   * published table makes new segments for what comes and goes.
   */
  @Test
  void whatIsNewInAFullCacheIsLearntWithoutAllocation() {
    CacheConfig config = new CacheConfig(50, 100, 10, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0);
    DnsCache cache = new DnsCache(config, new OctetMatcher());
    List<AnswerLinks> answers = new ArrayList<>();
    for (int i = 0; i < NAMES; i++) {
      String name = "name" + i + (i % 2 == 0 ? ".test" : ".a-label-that-is-long".repeat(3));
      answers.add(
          AnswerLinks.of(
              List.of(
                  Answers.address(name, "10.0." + i % 200 + "." + i / 200, 80),
                  Answers.address(name, "2001:db8::" + i, 80))));
    }
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 6; i++) {
      least = Math.min(least, learnt(cache, answers, 1));
    }

    assertEquals(0, least);
    assertTrue(cache.counters().get(CacheCounter.EVICTED_NAMES) > 5 * ROUNDS * (NAMES - 50));
  }

  /** No name is in a set. */
  private static final class OctetMatcher implements NameMatcher {
    @Override
    public int[] domainSets(DomainName name) {
      return NONE;
    }

    @Override
    public int[] domainSets(byte[] octets, int from, int to) {
      return NONE;
    }
  }

  private long learnt(DnsCache cache, List<AnswerLinks> answers, int clients) {
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int round = 0; round < ROUNDS; round++) {
      nowNs += 1_000_000_000L;
      for (int i = 0; i < answers.size(); i++) {
        int client = 1_000 + i % 7 + round % clients;
        int unused = cache.learn(answers.get(i), client, nowNs);
      }
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
