// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.stats.Counter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A day of answers, flows and changes of policy in some seconds: at every step, and at moments
 * between the steps when only time has passed, each entry in the kernel's sets is one that policy
 * allows by an answer that is not over.
 *
 * <p>What is not over is told by a record of the answers that knows nothing of the cache. {@code
 * -Dseed=} repeats a run.
 */
final class LongRunTest {
  private static final long DAY_NS = 86_400_000_000_000L;
  private static final int NAMES = 30;
  private static final int ADDRESSES = 60;
  private static final int[] PORTS = {443, 80, 8443};
  private static final List<String> CLIENTS = List.of("10.65.0.2", "10.65.0.3", "192.0.2.1");
  private static final List<String> INTERFACES = List.of("cali1", "cali2", "eth0");

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private FastPathRig rig = new FastPathRig(150);

  /** Until when an answer says that this name leads to this address. */
  private final Map<Link, Long> links = new HashMap<>();

  /** The names that the policy in force allows on each port. */
  private final Map<Integer, TreeSet<String>> allowed = new HashMap<>();

  private long checked;
  private int reloads;

  private record Link(String name, String address) {}

  /** What the record says is said by the cache's own list instead, where that forgets. */
  private boolean forgets;

  @Test
  void entriesAreAllowedAtEveryMomentOfADay() throws Exception {
    runADay();
  }

  @Test
  void entriesGoWithWhatACacheThatIsTooSmallForgets() throws Exception {
    CacheConfig small = CacheConfig.DEFAULT;
    rig = new FastPathRig(150, new CacheConfig(20, 25, 4, small.minTtlNs(), small.maxTtlNs(), 0));
    forgets = true;
    runADay();
    assertTrue(rig.count(Counter.FAST_PATH_DELETED) > 1_000, "seed " + seed);
  }

  private void runADay() throws Exception {
    System.out.println("a day of the fast path: seed " + seed);
    long endNs = rig.nowNs() + DAY_NS;
    reload();
    int steps = 0;
    while (rig.nowNs() - endNs < 0) {
      step();
      check();
      pass();
      check();
      steps++;
    }
    System.out.println(
        "a day of the fast path: "
            + steps
            + " steps, "
            + reloads
            + " policies, "
            + checked
            + " entries checked");
    assertTrue(checked > 100_000, "most of the time there are entries");

    rig.passSeconds(86_400);
    assertEquals(Map.of(), rig.sets().live());
    for (int i = 0; i < 10; i++) {
      rig.fastPath().tidy(rig.nowNs());
    }
    assertEquals(0, rig.fastPath().entries(), "what is over is forgotten");
  }

  private void step() throws Exception {
    int choice = random.nextInt(200);
    if (choice == 0) {
      reload();
    } else if (choice < 120) {
      answer();
    } else if (choice < 190) {
      int at = random.nextInt(CLIENTS.size());
      rig.queued(INTERFACES.get(at), CLIENTS.get(at), address(), PORTS[random.nextInt(3)]);
    } else {
      rig.tidy();
    }
  }

  /** Mostly as long as names live, some a moment, some for hours. */
  private void answer() throws Exception {
    String name = name(random.nextInt(NAMES));
    int ttl =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(4);
          case 1 -> random.nextInt(7200);
          default -> 5 + random.nextInt(300);
        };
    String[] addresses =
        IntStream.rangeClosed(0, random.nextInt(4)).mapToObj(i -> address()).toArray(String[]::new);
    rig.answer(CLIENTS.get(random.nextInt(CLIENTS.size())), name, ttl, addresses);
    long untilNs = rig.nowNs() + Math.max(1, ttl) * 1_000_000_000L;
    Arrays.stream(addresses)
        .forEach(each -> links.merge(new Link(name, each), untilNs, (a, b) -> a - b > 0 ? a : b));
  }

  private void reload() throws Exception {
    reloads++;
    allowed.clear();
    for (int i = 0; i < NAMES / 3; i++) {
      allowed
          .computeIfAbsent(PORTS[random.nextInt(PORTS.length)], port -> new TreeSet<>())
          .add(name(random.nextInt(NAMES)));
    }
    rig.enforce(
        allowed.entrySet().stream()
            .map(
                each ->
                    "{protocol: TCP, destination: {domains: %s, ports: [%d]}}"
                        .formatted(each.getValue(), each.getKey()))
            .toArray(String[]::new));
  }

  private static String name(int number) {
    return "n" + number + ".test";
  }

  private String address() {
    return "198.51.100." + random.nextInt(ADDRESSES);
  }

  /** From a tick to half a minute, to the nanosecond. */
  private void pass() {
    rig.passNs(random.nextLong(random.nextInt(4) == 0 ? 30_000_000_000L : 1_000_000_000L));
  }

  private boolean isKnown(String name, String address) {
    Long until = links.get(new Link(name, address));
    return until != null && until - rig.nowNs() > 0 && (!forgets || rig.knows(name, address));
  }

  private void check() {
    for (ModelSets.Entry entry : rig.sets().live().keySet()) {
      checked++;
      String to = entry.to().toString();
      boolean holds =
          allowed.getOrDefault(entry.port(), new TreeSet<>()).stream()
              .anyMatch(name -> isKnown(name, to));
      assertTrue(holds, () -> "seed " + seed + ": no answer allows " + entry);
    }
    assertTrue(rig.fastPath().entries() >= rig.sets().live().size(), "seed " + seed);
  }
}
