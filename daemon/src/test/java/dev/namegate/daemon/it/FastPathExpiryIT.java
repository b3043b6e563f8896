// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many answers with short lives, in real time, on the kernel's real sets: at every step, an entry
 * stands there only if an answer that allows it is not over. {@code -Dseed=} repeats a run.
 */
final class FastPathExpiryIT {
  private static final int NAMES = 40;
  private static final int ADDRESSES = 12;
  private static final int MAX_TTL = 4;
  private static final long RUN_NS = 10_000_000_000L;

  private static final Pattern ENTRY =
      Pattern.compile("add ng-wl4 (\\S+),tcp:80,10\\.65\\.0\\.2 timeout \\d+");

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);

  /** Until when, at the latest, an answer lasts that leads an allowed name to this address. */
  private final Map<String, Long> allowedUntilNs = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private Lab lab;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeEach
  void up() {
    lab = Lab.up();
  }

  @AfterEach
  void down() {
    if (lab != null) {
      lab.close();
    }
  }

  /** Half of the names are allowed; both halves share the addresses. */
  private static String name(int number) {
    return "n" + number + (number % 2 == 0 ? ".good.test" : ".bad.test");
  }

  private static int ttl(int number) {
    return 1 + number % MAX_TTL;
  }

  private static String address(int number) {
    return "198.51.100." + (20 + number % ADDRESSES);
  }

  @Test
  void entriesLiveNoLongerThanWhatAllowsThem() throws IOException {
    System.out.println("fast path expiry: seed " + seed);
    List<String> records = new ArrayList<>();
    for (int i = 0; i < NAMES; i++) {
      records.add(name(i) + ". " + ttl(i) + " A " + address(i));
      records.add(name(i) + ". " + ttl(i) + " A " + address(i * 7 + 3));
    }
    LabDnsProcess.trusted(lab, records.toArray(String[]::new));
    Path directory = Files.createDirectory(lab.work().resolve("expiry"));
    Files.writeString(directory.resolve("all.yaml"), policy());
    LiveResources live = LiveResources.start(lab, directory);

    int seen = 0;
    int steps = 0;
    for (long endNs = System.nanoTime() + RUN_NS; System.nanoTime() - endNs < 0; steps++) {
      int number = random.nextInt(NAMES);
      ask(number);
      seen += check(number, live);
    }
    System.out.println("fast path expiry: " + steps + " steps, " + seen + " entries checked");
    assertTrue(seen > steps, "there are entries most of the time");
    LiveStatus.await(() -> entries().isEmpty(), () -> entries().toString());
  }

  private static String policy() {
    return PolicyDocuments.felix("dnsTrustedServers: [192.0.2.53]")
        + PolicyDocuments.object("NamegateConfiguration", "node.lab", "", "kernelFastPath: Enabled")
            .replace("projectcalico.org/v3", "namegate.dev/v1")
        + PolicyDocuments.workload()
        + PolicyDocuments.policy(
            "names",
            "all()",
            "egress: [{action: Allow, protocol: UDP, destination: {ports: [53]}},"
                + " {action: Allow, protocol: TCP, destination: {domains: ['*.good.test'],"
                + " ports: [80]}}]");
  }

  private void ask(int number) {
    CommandResult unused =
        lab.exec(Room.WORKLOAD, "dig", "+short", "+tries=1", "@192.0.2.53", name(number)).orFail();
    if (number % 2 == 0) {
      long untilNs = System.nanoTime() + ttl(number) * 1_000_000_000L;
      allowedUntilNs.merge(address(number), untilNs, Math::max);
      allowedUntilNs.merge(address(number * 7 + 3), untilNs, Math::max);
    }
  }

  /** Returns how many entries there were. */
  private int check(int asked, LiveResources live) {
    long beforeNs = System.nanoTime();
    List<String> entries = entries();
    for (String address : entries) {
      Long untilNs = allowedUntilNs.get(address);
      assertTrue(
          untilNs != null && beforeNs <= untilNs,
          () -> "seed " + seed + ": " + address + " is open after all answers for it are over");
    }
    boolean isFresh =
        allowedUntilNs.getOrDefault(address(asked), beforeNs) - System.nanoTime() > 2_000_000_000L;
    if (asked % 2 == 0 && isFresh) {
      assertTrue(
          entries.contains(address(asked)),
          () -> "seed " + seed + ": " + name(asked) + " opened nothing: " + live.status().text());
    }
    return entries.size();
  }

  private List<String> entries() {
    return lab.exec(Room.HOST, "ipset", "save", "ng-wl4")
        .orFail()
        .stdout()
        .lines()
        .map(ENTRY::matcher)
        .filter(Matcher::matches)
        .map(entry -> entry.group(1))
        .toList();
  }
}
