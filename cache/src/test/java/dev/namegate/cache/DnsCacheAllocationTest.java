// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.packet.dns.Edge;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Invariant <i>no-garbage</i> of the write side: what is known is renewed without an object. */
class DnsCacheAllocationTest {
  private static final int NAMES = 100;
  private static final int ANSWERS = 100_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void renewalAllocatesNothing() {
    List<AnswerLinks> answers = new ArrayList<>();
    for (int name = 0; name < NAMES; name++) {
      answers.add(AnswerLinks.of(answer(name)));
    }
    CacheConfig config = new CacheConfig(1000, 10_000, 1000, 1, Answers.seconds(1e6), 0);
    DnsCache cache = new DnsCache(config, name -> new int[] {1, 7});
    long measurement = renewed(cache, answers, 1);
    assertTrue(measurement > 0, "the JVM counts allocations");
    // The JVM allocates for itself now and then, in no two rounds: garbage would be in each.
    long least = Long.MAX_VALUE;
    for (int round = 2; round < 6; round++) {
      least = Math.min(least, renewed(cache, answers, round));
    }
    assertEquals(0, least);
    assertEquals(NAMES, cache.counters().get(CacheCounter.ADDRESSES) / 16);
  }

  /** An alias and sixteen addresses; the names share what they lead to with nobody. */
  private static List<Edge> answer(int number) {
    DomainName alias = DomainName.parse("alias" + number + ".test");
    DomainName owner = DomainName.parse("owner" + number + ".test");
    List<Edge> edges = new ArrayList<>();
    edges.add(new AliasEdge(alias, owner, 300));
    for (int i = 0; i < 16; i++) {
      edges.add(new AddressEdge(owner, IpAddress.ofIpv4(number * 16 + i), 300));
    }
    return edges;
  }

  /** What a round of answers allocates; each comes a microsecond after the one before. */
  private static long renewed(DnsCache cache, List<AnswerLinks> answers, int round) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ANSWERS; i++) {
      long nowNs = (round * (long) ANSWERS + i) * 1_000;
      // Clients beyond the small numbers for which Java keeps boxes.
      int taught = cache.learn(answers.get(i % NAMES), 1_000 + i % 3, nowNs);
      if (taught != 16) {
        throw new AssertionError("learnt " + taught);
      }
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
