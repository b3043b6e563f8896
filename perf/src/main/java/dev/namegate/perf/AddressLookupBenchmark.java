// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf;

import dev.namegate.cache.AddressTable;
import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.DnsCache;
import dev.namegate.cache.Memberships;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
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

/** What deciding a flow asks of the cache: is this destination in that domain set, now? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AddressLookupBenchmark {
  private static final int DOMAIN_SET = 7;
  private static final int FIRST_ADDRESS = 0xc612_0000; // 198.18.0.0
  private static final long TTL_SECONDS = 3_600;

  /** How many addresses are known. */
  @Param({"1000", "1000000"})
  public int addresses;

  private AddressTable table =
      new DnsCache(CacheConfig.DEFAULT, name -> new int[] {DOMAIN_SET}).table();
  private final Memberships found = new Memberships();
  private int next;

  /** Learns the addresses, a hundred of each name. */
  @Setup
  public void learn() {
    CacheConfig config =
        new CacheConfig(addresses, addresses, 1_000, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0);
    int[] sets = {DOMAIN_SET};
    DnsCache cache = new DnsCache(config, name -> sets);
    int known = addresses;
    for (int i = 0; i < known; i++) {
      DomainName owner = DomainName.parse("n" + i / 100 + ".example.com");
      IpAddress address = IpAddress.ofIpv4(FIRST_ADDRESS + i);
      cache.learn(List.of(new AddressEdge(owner, address, TTL_SECONDS)), 0);
    }
    table = cache.table();
    if (!isMember(FIRST_ADDRESS) || isMember(FIRST_ADDRESS + known)) {
      throw new IllegalStateException("the table answers wrongly");
    }
  }

  private boolean isMember(int address) {
    return table.find(0, IpAddress.ipv4Lo(address), found) && found.contains(DOMAIN_SET, 1);
  }

  /** An address that was learnt. */
  @Benchmark
  public boolean known() {
    next = next + 1 == addresses ? 0 : next + 1;
    return isMember(FIRST_ADDRESS + next);
  }

  /** An address that nobody looked up. */
  @Benchmark
  public boolean unknown() {
    next = next + 1 == addresses ? 0 : next + 1;
    return isMember(FIRST_ADDRESS + addresses + next);
  }
}
