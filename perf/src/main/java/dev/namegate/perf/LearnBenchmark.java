// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf;

import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.CacheCounter;
import dev.namegate.cache.DnsCache;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an answer of an alias and some addresses costs the cache, by how much it knows: one that is
 * known, and one that is new in a full cache, where the oldest has to go.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LearnBenchmark {
  private static final long TTL_SECONDS = 86_400;
  private static final long BETWEEN_NS = 1_000;

  /** How many addresses are known. */
  @Param({"1000", "1000000"})
  public int addresses;

  /** How many of them an answer has. */
  @Param({"4", "100"})
  public int perAnswer;

  private final List<AnswerLinks> answers = new ArrayList<>();
  private int known;
  private int next;
  private long nowNs;
  private DnsCache cache = cache(1);

  private static DnsCache cache(int addresses) {
    int[] sets = {7};
    return new DnsCache(
        new CacheConfig(
            addresses / 2 + 2,
            addresses,
            CacheConfig.DEFAULT_MAX_ADDRESSES_PER_NAME,
            1,
            CacheConfig.DEFAULT_MAX_TTL_NS,
            0),
        name -> sets);
  }

  private AnswerLinks answer(int number) {
    DomainName asked = DomainName.parse("www" + number + ".example.com");
    DomainName owner = DomainName.parse("edge" + number + ".example.net");
    List<Edge> edges = new ArrayList<>();
    edges.add(new AliasEdge(asked, owner, TTL_SECONDS));
    for (int i = 0; i < perAnswer; i++) {
      IpAddress address = IpAddress.ofIpv4(0x0a00_0000 + number * perAnswer + i);
      edges.add(new AddressEdge(owner, address, TTL_SECONDS));
    }
    return AnswerLinks.of(edges);
  }

  /** Fills the cache; as many answers again are new to it. */
  @Setup
  public void learn() {
    cache = cache(addresses);
    known = addresses / perAnswer;
    answers.clear();
    for (int i = 0; i < 2 * known; i++) {
      answers.add(answer(i));
    }
    for (int i = 0; i < known; i++) {
      learn(i);
    }
    if (cache.counters().get(CacheCounter.PUBLISHED) != (long) known * perAnswer) {
      throw new IllegalStateException("not all are learnt");
    }
  }

  private int learn(int answer) {
    nowNs += BETWEEN_NS;
    int taught = cache.learn(answers.get(answer), 1, nowNs);
    if (taught != perAnswer) {
      throw new IllegalStateException("learnt " + taught);
    }
    return taught;
  }

  /** An answer that is known. */
  @Benchmark
  public int renewed() {
    next = next + 1 >= known ? 0 : next + 1;
    return learn(next);
  }

  /** An answer that is not known, or not any more. */
  @Benchmark
  public int fresh() {
    next = next + 1 >= 2 * known ? 0 : next + 1;
    return learn(next);
  }
}
