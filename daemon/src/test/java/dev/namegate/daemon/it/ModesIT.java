// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
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

/** What each {@code dnsPolicyMode} holds, copies and drops: rows D1 to D6 and D11. */
final class ModesIT {
  private static final String GOOD = "198.51.100.21";
  private static final String OTHER = "198.51.100.22";
  private static final String BAD = "198.51.100.23";
  private static final String NEVER = "198.51.100.24";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String LONG_HOLD = "dnsPolicyNfqueueMaxHoldDuration: 20s";

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
        "one.good.test. 300 A " + GOOD,
        "two.good.test. 300 A " + OTHER,
        "bad.test. 300 A " + BAD);
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

  private static LabResources resources(String mode) {
    return LabResources.ofAllEndpoints()
        .felix("dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']", "dnsPolicyMode: " + mode);
  }

  private void start(LabResources resources) {
    daemon = gate.startDaemon(lab, resources.write(lab));
    status = new LiveStatus(daemon);
  }

  private static String dig(String name) {
    return lab.exec(
            Room.WORKLOAD, "dig", "+short", "+tries=1", "+timeout=2", "@" + Lab.TRUSTED, name)
        .orFail()
        .stdout();
  }

  /** One datagram to each of so many ports, as fast as a shell can. */
  private static void sendDatagrams(Room room, String address, int count) {
    String loop = "for ((i = 1; i <= %d; i++)); do echo > /dev/udp/%s/$((20000 + i)); done";
    lab.exec(room, "bash", "-c", loop.formatted(count, address)).orFail();
  }

  private static String rules() {
    return lab.exec(Room.HOST, "sh", "-c", "iptables-save; ip6tables-save").orFail().stdout();
  }

  @Test
  void d1NoDelayQueuesNoReplyAndHoldsNoPacket() {
    start(resources("NoDelay").allow(List.of(53), "*.good.test"));
    assertFalse(rules().contains("--queue-num 100"), ModesIT::rules);
    assertFalse(rules().contains("--queue-num 101"), ModesIT::rules);
    assertEquals(GOOD + "\n", dig("one.good.test"));
    status.await(Counter.DNS_REPLIES_LEARNT, learnt -> learnt == 1);
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, GOOD, 80, "learnt from a copy")
        .expectBlocked(Room.WORKLOAD, NEVER, 80, "never looked up")
        .check();
    assertEquals(1, status.count(Counter.DNS_REPLIES_COPIED));
    assertEquals(0, status.count(Counter.DNS_REPLIES_RECEIVED));
    assertEquals(0, status.count(Counter.FLOWS_HELD));
  }

  @Test
  void d2DeniedPacketWaitsForItsAddressAndIsSentOnceOnly() {
    start(resources("DelayDeniedPacket").allow(List.of(53), "*.good.test"));
    assertEquals(OTHER + "\n", dig("two.good.test"));
    status.await(Counter.DNS_REPLIES_LEARNT, learnt -> learnt == 1);
    long lateSyns = SynRetransmits.of(lab, Room.WORKLOAD);

    gate.shut();
    assertEquals(GOOD + "\n", dig("one.good.test"), "the answer waits for no commit");
    BackgroundProcess client =
        lab.start(Room.WORKLOAD, "nc", List.of("nc", "-zvn", "-w", "10", GOOD, "80"));
    status.await(Counter.FLOWS_HELD, held -> held == 1);
    assertTrue(client.isAlive(), client::log);
    gate.open();
    assertEquals(0, client.awaitExit(LIMIT), client::log);

    assertEquals(lateSyns, SynRetransmits.of(lab, Room.WORKLOAD), "the first SYN was lost");
    assertEquals(1, status.count(Counter.HELD_ALLOWED));
    assertEquals(0, status.count(Counter.HELD_TIMED_OUT));
    assertEquals(0, status.count(Counter.VERDICTS_GONE));
  }

  @Test
  void d3DeniedPacketIsDroppedAtTheLimitAlsoWhileACommitIsStuck() {
    start(resources("DelayDeniedPacket").allow(List.of(53), "*.good.test"));
    gate.shut();
    assertEquals(GOOD + "\n", dig("one.good.test"));
    sendDatagrams(Room.WORKLOAD, GOOD, 1);
    sendDatagrams(Room.HOST, NEVER, 1);
    status.await(Counter.HELD_TIMED_OUT, dropped -> dropped == 2);
    assertEquals(2, status.count(Counter.FLOWS_HELD));
    assertEquals(0, status.count(Counter.HELD_ALLOWED));
    status.awaitFact("heldQueueWaiting", waiting -> waiting == 0);
  }

  @Test
  void d4PacketDeniedAgainWhenItsAddressIsLearntIsDroppedAtOnce() {
    start(resources("DelayDeniedPacket").namegate(LONG_HOLD).allow(List.of(53), "*.good.test"));
    sendDatagrams(Room.WORKLOAD, BAD, 1);
    status.awaitFact("heldQueueWaiting", waiting -> waiting == 1);
    assertEquals(BAD + "\n", dig("bad.test"));
    status.await(Counter.HELD_DENIED_AGAIN, dropped -> dropped == 1);
    assertEquals(1, status.count(Counter.FLOWS_HELD), "it came again");
    status.awaitFact("heldQueueWaiting", waiting -> waiting == 0);
    assertEquals(0, status.count(Counter.VERDICTS_GONE));
  }

  @Test
  void d5EndpointWithoutDomainRulesHoldsNothing() throws IOException {
    Path directory = resources("DelayDeniedPacket").write(lab);
    Files.writeString(
        directory.resolve("policy.yaml"),
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: names}
        spec:
          selector: interface == 'cali-wl'
          types: [Egress]
          egress:
            - action: Allow
              protocol: TCP
              destination: {domains: ['*.good.test'], ports: [443]}
        ---
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: numbers}
        spec:
          selector: all()
          types: [Egress]
          egress:
            - action: Allow
              destination: {nets: [198.51.100.192/26]}
        """);
    daemon = gate.startDaemon(lab, directory);
    status = new LiveStatus(daemon);
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD2, NEVER, 443, "no rule, and none with domains")
        .expectBlocked(Room.HOST, NEVER, 443, "no rule, and none with domains")
        .expectBlocked(Room.WORKLOAD, NEVER, 80, "no name could open this port")
        .check();
    assertEquals(0, status.count(Counter.FLOWS_HELD));
    new Connectivity(lab).expectBlocked(Room.WORKLOAD, NEVER, 443, "not learnt").check();
    assertTrue(status.count(Counter.FLOWS_HELD) > 0);
  }

  @Test
  void d6MorePacketsThanSlotsAreDroppedAndCounted() {
    start(resources("DelayDeniedPacket").namegate(LONG_HOLD).allow(List.of(53), "*.good.test"));
    sendDatagrams(Room.WORKLOAD, GOOD, 300);
    status.await(Counter.FLOWS_HELD, held -> held == 300);
    status.await(Counter.HELD_OVERFLOWS, dropped -> dropped == 45);
    status.awaitFact("heldQueueWaiting", waiting -> waiting == 255);
    assertEquals(GOOD + "\n", dig("one.good.test"));
    status.await(Counter.HELD_ALLOWED, allowed -> allowed == 255);
    status.awaitFact("heldQueueWaiting", waiting -> waiting == 0);
    assertEquals(45, status.count(Counter.HELD_OVERFLOWS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NoDelay", "DelayDeniedPacket"})
  void dnsFlowsOnWhileTheDaemonIsStoppedOrStuckWhereRepliesAreCopied(String mode) {
    start(resources(mode).allow(List.of(53), "*.good.test"));
    // The kernel lets go on what belongs to a flow that policy allowed: the question's is new.
    lab.exec(Room.WORKLOAD, "dig", "+short", "-b", "10.65.0.2#4053", "@" + Lab.TRUSTED, "bad.test")
        .orFail();
    gate.shut();
    assertEquals(GOOD + "\n", dig("one.good.test"), "with a commit that is stuck");
    String pid = Long.toString(daemon.process().pid());
    lab.exec(Room.HOST, "kill", "-STOP", pid).orFail();
    try {
      assertEquals(
          OTHER + "\n",
          lab.exec(
                  Room.WORKLOAD,
                  "dig",
                  "+short",
                  "+tries=1",
                  "+timeout=2",
                  "-b",
                  "10.65.0.2#4053",
                  "@" + Lab.TRUSTED,
                  "two.good.test")
              .orFail()
              .stdout());
    } finally {
      lab.exec(Room.HOST, "kill", "-CONT", pid).orFail();
      gate.open();
    }
    status.await(Counter.DNS_REPLIES_LEARNT, learnt -> learnt == 3);
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, OTHER, 80, "learnt when the daemon went on")
        .check();
  }

  @Test
  void d11ModeChangesWhileRunningAndNothingLearntIsLost() throws IOException {
    Path directory = resources("DelayDNSResponse").allow(List.of(53), "*.good.test").write(lab);
    LiveResources live = LiveResources.start(lab, directory);
    daemon = live.daemon();
    status = live.status();
    assertEquals(GOOD + "\n", dig("one.good.test"));
    assertEquals(1, status.count(Counter.DNS_REPLIES_RECEIVED));
    for (String mode : List.of("NoDelay", "DelayDeniedPacket", "Inline", "DelayDNSResponse")) {
      live.enforce(
          String.join("---\n", resources(mode).allow(List.of(53), "*.good.test").documents()));
      boolean copies = mode.equals("NoDelay") || mode.equals("DelayDeniedPacket");
      assertEquals(!copies, rules().contains("--queue-num 101"), ModesIT::rules);
      new Connectivity(lab).expectReachable(Room.WORKLOAD, GOOD, 80, "learnt before").check();
      long copied = status.count(Counter.DNS_REPLIES_COPIED);
      assertEquals(OTHER + "\n", dig("two.good.test"));
      long more = copies ? 1 : 0;
      status.await(Counter.DNS_REPLIES_COPIED, now -> now == copied + more);
      new Connectivity(lab).expectReachable(Room.WORKLOAD, OTHER, 80, "learnt in " + mode).check();
    }
  }
}
