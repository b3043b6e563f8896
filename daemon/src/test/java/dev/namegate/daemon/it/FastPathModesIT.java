// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.stats.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the kernel accepts by itself is the same in the modes that are not the default: there is an
 * entry for what is learnt, and it goes when that does.
 */
final class FastPathModesIT {
  private static final String SITE = "198.51.100.21";
  private static final String SITE6 = "2001:db8:100::21";
  private static final String LONG = "198.51.100.25";
  private static final String LONGER = "198.51.100.26";
  private static final String SHORT = "198.51.100.24";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private LiveResources live;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(
        lab,
        "site.test. 300 A " + SITE,
        "site.test. 300 AAAA " + SITE6,
        "long.test. 900 A " + LONG,
        "longer.test. 1000 A " + LONGER,
        "short.test. 2 A " + SHORT);
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  @AfterEach
  void stop() {
    if (live != null) {
      live.daemon().close();
    }
  }

  /** Says for itself that the fast path is used, whatever a run of the tests says for all. */
  private void start(String mode, String... settings) throws IOException {
    Path directory = resources(mode, "*.test").write(lab);
    Files.writeString(
        directory.resolve("settings.yaml"),
        """
        apiVersion: namegate.dev/v1
        kind: NamegateConfiguration
        metadata: {name: node.lab}
        spec: {%s}
        """
            .formatted(String.join(", ", settings)));
    live = LiveResources.start(lab, directory);
  }

  private static LabResources resources(String mode, String domains) {
    return LabResources.ofAllEndpoints()
        .felix("dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']", "dnsPolicyMode: " + mode)
        .allow(List.of(53), "nothing.invalid")
        .allowDomainsOnPort(80, List.of(domains));
  }

  private void resolve(Room room, String name, String type) {
    long learnt = live.status().count(Counter.DNS_REPLIES_LEARNT);
    lab.exec(room, "dig", "+short", "+tries=1", "@" + Lab.TRUSTED, name, type).orFail();
    live.status().await(Counter.DNS_REPLIES_LEARNT, now -> now > learnt);
  }

  private boolean reaches(Room room, String address) {
    return new Connectivity(lab).probe(room, address, 80) == Connectivity.Outcome.REACHED;
  }

  private void assertReachesUnqueued(Room room, String address) {
    long before = live.status().count(Counter.FLOWS_RECEIVED);
    assertTrue(reaches(room, address), () -> sets() + live.status().text());
    assertEquals(before, live.status().count(Counter.FLOWS_RECEIVED), this::sets);
  }

  private String sets() {
    return lab.exec(Room.HOST, "sh", "-c", "ipset save | grep -v ng-src").stdout();
  }

  private void awaitEntry(String entry) {
    LiveStatus.await(() -> sets().contains("add " + entry), this::sets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NoDelay", "DelayDeniedPacket", "Inline"})
  void whatIsLearntIsAcceptedInTheKernelAndNothingElse(String mode) throws IOException {
    start(mode, "kernelFastPath: Enabled");
    for (Room room : List.of(Room.WORKLOAD, Room.HOST)) {
      resolve(room, "site.test", "A");
      resolve(room, "site.test", "AAAA");
    }
    awaitEntry("ng-wl4 " + SITE + ",tcp:80,10.65.0.2 timeout ");
    awaitEntry("ng-wl6 " + SITE6 + ",tcp:80,fd65::2 timeout ");
    for (Room room : List.of(Room.WORKLOAD, Room.HOST)) {
      assertReachesUnqueued(room, SITE);
      assertReachesUnqueued(room, SITE6);
    }
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, SITE, 443, "another port")
        .expectBlocked(Room.WORKLOAD, LONG, 80, "nobody asked")
        .expectBlocked(Room.HOST, LONG, 80, "nobody asked")
        .check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NoDelay", "DelayDeniedPacket", "Inline"})
  void whatIsForgottenLeavesTheKernel(String mode) throws IOException {
    start(mode, "kernelFastPath: Enabled", "maxAddresses: 2");
    resolve(Room.WORKLOAD, "short.test", "A");
    LiveStatus.await(() -> !sets().contains(SHORT), this::sets);
    LiveStatus.await(() -> !reaches(Room.WORKLOAD, SHORT), this::sets);
    resolve(Room.WORKLOAD, "site.test", "A");
    awaitEntry("ng-wl4 " + SITE + ",tcp:80,10.65.0.2");
    resolve(Room.WORKLOAD, "long.test", "A");
    resolve(Room.WORKLOAD, "longer.test", "A");
    LiveStatus.await(() -> !sets().contains(SITE), this::sets);
    assertFalse(reaches(Room.WORKLOAD, SITE), "the cache had no room for it");
    assertReachesUnqueued(Room.WORKLOAD, LONG);

    live.awaitReloaded(
        () ->
            live.write(
                "all.yaml", String.join("---\n", resources(mode, "longer.test").documents())));
    assertFalse(sets().contains(LONG), this::sets);
    assertFalse(reaches(Room.WORKLOAD, LONG), "policy names it no more");
    assertTrue(reaches(Room.WORKLOAD, LONGER), this::sets);
    awaitEntry("ng-wl4 " + LONGER + ",tcp:80,10.65.0.2");
    assertReachesUnqueued(Room.WORKLOAD, LONGER);
  }

  /** The packet that was held is let go; the connections after it do not come to us. */
  @Test
  void flowsAfterTheOneThatWasHeldAreAcceptedInTheKernel() throws IOException {
    start("DelayDeniedPacket", "kernelFastPath: Enabled", "dnsPolicyNfqueueMaxHoldDuration: 20s");
    BackgroundProcess early =
        lab.start(Room.WORKLOAD, "nc", List.of("nc", "-zvn", "-w", "15", SITE, "80"));
    live.status().await(Counter.FLOWS_HELD, held -> held == 1);
    resolve(Room.WORKLOAD, "site.test", "A");
    assertEquals(0, early.awaitExit(Duration.ofSeconds(20)), early::log);
    assertEquals(1, live.status().count(Counter.HELD_ALLOWED));
    assertReachesUnqueued(Room.WORKLOAD, SITE);
  }
}
