// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.stats.Counter;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reply waits for its commit (<em>learn-before-release</em>), and not for ever: rows D7 and D8,
 * with stages polled on the receiving thread and with stages on threads of their own.
 */
final class HoldIT {
  private static final String KNOWN = "198.51.100.11";
  private static final String SLOW = "198.51.100.12";
  private static final String SLOW6 = "2001:db8:100::12";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static Gate gate;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private DaemonProcess daemon;

  @SuppressWarnings("NullAway.Init")
  private LiveStatus status;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    gate = new Gate(lab);
    LabDnsProcess.trusted(
        lab,
        "known.good.test. 300 A " + KNOWN,
        "slow.good.test. 300 A " + SLOW,
        "slow.good.test. 300 AAAA " + SLOW6,
        "slower.good.test. 300 A 198.51.100.13");
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  @AfterEach
  void stop() {
    if (daemon != null) {
      gate.open();
      daemon.close();
    }
  }

  private void start(String stageThreads, String... felix) {
    String[] settings = new String[felix.length + 1];
    settings[0] = "dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']";
    System.arraycopy(felix, 0, settings, 1, felix.length);
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix(settings)
            .namegate("stageThreads: " + stageThreads)
            .allow(List.of(53), "*.good.test");
    daemon = gate.startDaemon(lab, resources.write(lab));
    status = new LiveStatus(daemon);
  }

  private static BackgroundProcess digInBackground(Room room, String... arguments) {
    String dig = "dig +tries=1 +timeout=20 " + String.join(" ", arguments);
    return lab.start(room, "dig", List.of("sh", "-c", dig));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Polled", "Own"})
  void d7ReplyWaitsForItsCommitAndTheFirstSynPassesAndOtherFlowsAreNotDelayed(String stageThreads) {
    start(stageThreads, "dnsPacketsNfqueueMaxHoldDuration: 60s");
    lab.exec(Room.WORKLOAD, "dig", "+tries=1", "@" + Lab.TRUSTED, "known.good.test").orFail();
    long lateSyns = SynRetransmits.of(lab, Room.WORKLOAD);
    long lateHostSyns = SynRetransmits.of(lab, Room.HOST);
    long released = status.count(Counter.DNS_REPLIES_RELEASED);

    gate.shut();
    BackgroundProcess client =
        digInBackground(
            Room.WORKLOAD,
            "+short @" + Lab.TRUSTED + " slow.good.test",
            "&& nc -zvn -w 10 " + SLOW + " 80");
    BackgroundProcess local =
        digInBackground(
            Room.HOST,
            "+short @" + Lab.TRUSTED6 + " slow.good.test AAAA",
            "&& nc -zvn -w 10 " + SLOW6 + " 80");
    status.awaitFact("dnsQueueWaiting", waiting -> waiting == 2);

    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, KNOWN, 80, "learnt before; flows do not wait for commits")
        .expectReachable(Room.HOST, KNOWN, 80, "learnt before; flows do not wait for commits")
        .expectReachable(Room.WORKLOAD, LabResources.ALLOWED_BY_NET, 80, "needs no name at all")
        .expectBlocked(Room.WORKLOAD2, SLOW, 80, "not committed yet")
        .check();
    assertEquals(lateSyns, SynRetransmits.of(lab, Room.WORKLOAD), "other flows were delayed");
    assertEquals(lateHostSyns, SynRetransmits.of(lab, Room.HOST), "other flows were delayed");
    assertTrue(client.isAlive() && local.isAlive(), () -> client.log() + local.log());
    assertEquals("", client.log() + local.log(), "an answer came before its commit");
    assertEquals(2, status.fact("dnsQueueWaiting"));
    assertEquals(released, status.count(Counter.DNS_REPLIES_RELEASED));

    gate.open();
    assertEquals(0, client.awaitExit(LIMIT), client::log);
    assertEquals(0, local.awaitExit(LIMIT), local::log);
    assertTrue(client.log().startsWith(SLOW + "\n"), client::log);
    assertTrue(local.log().startsWith(SLOW6 + "\n"), local::log);
    assertEquals(lateSyns, SynRetransmits.of(lab, Room.WORKLOAD), "the first SYN was lost");
    assertEquals(lateHostSyns, SynRetransmits.of(lab, Room.HOST), "the first SYN was lost");
    assertEquals(released + 2, status.count(Counter.DNS_REPLIES_RELEASED));
    assertEquals(0, status.count(Counter.DNS_REPLIES_RELEASED_TIMEOUT));
    status.awaitFact("dnsQueueWaiting", waiting -> waiting == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Polled", "Own"})
  void d8ReplyIsReleasedAtTheHoldLimitAndCounted(String stageThreads) {
    start(stageThreads, "dnsPacketsNfqueueMaxHoldDuration: 1s");
    releasedAtLimit(1_000);
  }

  @Test
  void d8HoldLimitIsThreeSecondsByDefault() {
    start("Polled");
    releasedAtLimit(3_000);
  }

  private void releasedAtLimit(long limitMs) {
    gate.shut();
    BackgroundProcess client = digInBackground(Room.WORKLOAD, "@" + Lab.TRUSTED, "slow.good.test");
    assertEquals(0, client.awaitExit(LIMIT), client::log);
    assertTrue(client.log().contains(SLOW), client::log);
    // The timer may look one tick, a 32nd of the limit, too early; how late depends on the machine.
    assertTrue(queryTimeMs(client) >= limitMs * 30 / 32, client::log);
    assertEquals(1, status.count(Counter.DNS_REPLIES_RELEASED_TIMEOUT));
    assertEquals(0, status.count(Counter.DNS_REPLIES_RELEASED));
    status.awaitFact("dnsQueueWaiting", waiting -> waiting == 0);
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, SLOW, 80, "released, not learnt")
        .expectReachable(Room.WORKLOAD, LabResources.ALLOWED_BY_NET, 80, "flows go on")
        .check();
    gate.open();
    status.await(Counter.DNS_REPLIES_LEARNT, learnt -> learnt == 1);
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, SLOW, 80, "committed late, and in force")
        .check();
    assertEquals(0, status.count(Counter.VERDICTS_GONE), "one reply had two verdicts");
  }

  private static long queryTimeMs(BackgroundProcess dig) {
    Matcher time = Pattern.compile("Query time: (\\d+) msec").matcher(dig.log());
    assertTrue(time.find(), dig::log);
    return Long.parseLong(time.group(1));
  }

  /** Those behind a stuck commit wait for the limit as well, and no longer. */
  @ParameterizedTest
  @ValueSource(strings = {"Polled", "Own"})
  void d8RepliesBehindAStuckCommitAreReleasedAtTheHoldLimitToo(String stageThreads) {
    start(stageThreads, "dnsPacketsNfqueueMaxHoldDuration: 1s");
    gate.shut();
    BackgroundProcess first = digInBackground(Room.WORKLOAD, "@" + Lab.TRUSTED, "slow.good.test");
    status.awaitFact("dnsQueueWaiting", waiting -> waiting == 1);
    BackgroundProcess second = digInBackground(Room.HOST, "@" + Lab.TRUSTED, "slower.good.test");
    assertEquals(0, first.awaitExit(LIMIT), first::log);
    assertEquals(0, second.awaitExit(LIMIT), second::log);
    assertEquals(2, status.count(Counter.DNS_REPLIES_RELEASED_TIMEOUT));
    assertTrue(queryTimeMs(second) >= 900, second::log);
  }
}
