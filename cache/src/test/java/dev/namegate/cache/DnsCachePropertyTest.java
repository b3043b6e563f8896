// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cache ≡ {@link NaiveCache} under the same operations, at every step and any later time; one
 * model for each client if what one is told counts for it alone.
 */
class DnsCachePropertyTest {
  private static final int NAMES = 40;
  private static final int ADDRESSES = 25;
  private static final int SETS = 6;
  private static final int CLIENTS = 3;
  private static final int STEPS = 300;

  static LongStream seeds() {
    Long given = Long.getLong("seed");
    return given != null
        ? LongStream.of(given)
        : LongStream.concat(LongStream.range(0, 25), LongStream.of(System.nanoTime()));
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void agreesWithTheModelWithoutEviction(long seed) {
    new Run(seed, new CacheConfig(1000, 1000, 1000, 1, Answers.seconds(1e6), 0), false).steps();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void agreesWithTheModelOfWhatEvictionLeft(long seed) {
    new Run(seed, new CacheConfig(14, 16, 4, 1, Answers.seconds(1e6), 0), true).steps();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void agreesWithAModelForEachClient(long seed) {
    long capNs = Answers.seconds(1e6);
    new Run(seed, new CacheConfig(1000, 1000, 1000, 1, capNs, 0, true), false).steps();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void agreesWithAModelForEachClientOfWhatEvictionLeft(long seed) {
    long capNs = Answers.seconds(1e6);
    new Run(seed, new CacheConfig(30, 36, 4, 1, capNs, 0, true), true).steps();
  }

  /** One random history. */
  private static final class Run {
    private final SplittableRandom random;
    private final CacheConfig config;
    private final boolean isEvicting;
    private final DnsCache cache;
    private final List<NaiveCache> models = new ArrayList<>();
    private final Map<DomainName, int[]> sets = new HashMap<>();
    private NameMatcher matcher;
    private long nowNs;

    /** The table before the last change of policy, and what it said of each address then. */
    private @Nullable AddressTable old;

    private List<String> saidOld = List.of();

    Run(long seed, CacheConfig config, boolean isEvicting) {
      this.random = new SplittableRandom(seed);
      this.config = config;
      this.isEvicting = isEvicting;
      this.matcher = randomMatcher();
      this.cache = new DnsCache(config, matcher);
      for (int i = 0; i < CLIENTS; i++) {
        models.add(new NaiveCache());
      }
      this.nowNs = random.nextBoolean() ? 0 : Long.MAX_VALUE - Answers.seconds(200);
    }

    void steps() {
      for (int i = 0; i < STEPS; i++) {
        step();
        check();
      }
      nowNs += Answers.seconds(1_000);
      while (cache.expire(nowNs, 7) > 0) {
        check();
      }
      assertEquals(0, cache.graph().names.size());
      assertEquals(0, cache.graph().addresses.size());
      assertEquals(0, cache.counters().get(CacheCounter.PUBLISHED));
    }

    private void step() {
      int choice = random.nextInt(20);
      if (choice == 0) {
        old = cache.table();
        saidOld = contentOf(old);
        if (random.nextBoolean()) {
          matcher = randomMatcher();
          cache.rematch(matcher, nowNs);
        } else {
          rematchOneName();
        }
      } else if (choice < 4) {
        int budget = random.nextInt(6);
        if (cache.expire(nowNs, budget) < budget) {
          CacheInvariants.checkNothingIsOver(cache, nowNs);
        }
      } else if (choice < 9) {
        nowNs += random.nextLong(Answers.seconds(4));
      } else {
        List<Edge> chain = randomChain();
        int client = random.nextInt(CLIENTS);
        if (random.nextBoolean()) {
          cache.learn(chain, client, nowNs);
        } else {
          cache.learn(AnswerLinks.of(chain), client, nowNs);
        }
        NaiveCache model = models.get(cache.scopeOf(client));
        chain.forEach(edge -> model.learn(edge, config.expiryNs(edge.ttlSeconds(), nowNs)));
      }
    }

    private List<Edge> randomChain() {
      List<Edge> chain = new ArrayList<>();
      boolean isLong = random.nextInt(40) == 0; // more than is read ahead at a time
      for (int i = random.nextInt(isLong ? 3 * ReadAhead.BLOCK : 6); i >= 0; i--) {
        DomainName owner = name(random.nextInt(NAMES));
        int ttl = random.nextInt(20);
        // Often a neighbour, so that long paths and paths of equal length come about.
        int other = random.nextInt(3) == 0 ? random.nextInt(NAMES) : random.nextInt(NAMES / 4);
        chain.add(
            random.nextInt(isLong ? 100 : 5) < 3 // few: a name has room for some aliases only
                ? new AliasEdge(owner, name(other), ttl)
                : new AddressEdge(owner, address(random.nextInt(ADDRESSES)), ttl));
      }
      return chain;
    }

    /** Names in {@link #SETS} sets, most in none. */
    private NameMatcher randomMatcher() {
      for (int i = 0; i < NAMES; i++) {
        sets.put(name(i), randomSets());
      }
      return matcherOf(sets);
    }

    private void rematchOneName() {
      DomainName changed = name(random.nextInt(NAMES));
      sets.put(changed, randomSets());
      matcher = matcherOf(sets);
      if (random.nextBoolean()) {
        cache.rematch(matcher, nowNs);
      } else {
        List<DomainName> affected = List.of(name(random.nextInt(NAMES)), changed);
        cache.rematch(matcher, affected, nowNs);
      }
    }

    private int[] randomSets() {
      return random.nextInt(3) > 0
          ? new int[0]
          : random.ints(random.nextInt(3), 0, SETS).distinct().sorted().toArray();
    }

    private static NameMatcher matcherOf(Map<DomainName, int[]> sets) {
      Map<DomainName, int[]> copy = Map.copyOf(sets);
      return name -> copy.getOrDefault(name, new int[0]);
    }

    private static List<String> contentOf(AddressTable table) {
      List<String> content = new ArrayList<>();
      for (int i = 0; i < CLIENTS * ADDRESSES; i++) {
        IpAddress address = address(i % ADDRESSES);
        content.add(String.valueOf(table.lookup(i / ADDRESSES, address.hi(), address.lo())));
      }
      return content;
    }

    private void check() {
      CacheInvariants.check(cache, config);
      if (old != null) {
        assertEquals(saidOld, contentOf(old));
      }
      int entries = 0;
      for (int scope = 0; scope < CLIENTS; scope++) {
        entries += check(scope);
      }
      assertEquals(entries, cache.counters().get(CacheCounter.PUBLISHED));
      assertNull(cache.table().lookup(-1, -1));
    }

    /** Returns how many addresses are published for the scope. */
    private int check(int scope) {
      NaiveCache model = models.get(scope);
      if (isEvicting) {
        model.copy(cache.graph(), scope);
      }
      Map<IpAddress, long[]> expected = model.untilNs(matcher, SETS, nowNs);
      int entries = 0;
      for (int i = 0; i < ADDRESSES; i++) {
        IpAddress address = address(i);
        Memberships found = cache.table().lookup(scope, address.hi(), address.lo());
        for (int set = 0; set < SETS; set++) {
          long[] times = expected.get(address);
          assertMember(times == null ? nowNs : times[set], found, set, address);
        }
        entries += found == null ? 0 : 1;
      }
      return entries;
    }

    private void assertMember(
        long expectedNs, @Nullable Memberships found, int set, IpAddress address) {
      int index = found == null ? -1 : found.indexOf(set);
      long actual = found == null || index < 0 ? nowNs : found.expiryNs(index);
      String where = address + " in set " + set + " at " + nowNs + ": " + found;
      assertEquals(Math.max(0, expectedNs - nowNs), Math.max(0, actual - nowNs), where);
      assertEquals(expectedNs - nowNs > 0, found != null && found.contains(set, nowNs), where);
    }
  }

  private static DomainName name(int i) {
    return DomainName.parse("n" + i + ".test");
  }

  private static IpAddress address(int i) {
    return i % 2 == 0
        ? IpAddress.ofIpv4(0xc000_0200 + i)
        : new IpAddress(0x2001_0db8_0000_0000L, i);
  }
}
