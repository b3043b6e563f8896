// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.Main;
import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.lab.TcpSink;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How the daemon ends and begins again: what it leaves, what it finds, and what holds meanwhile
 * (<em>fail-closed</em>, <em>ours-to-sweep</em>, <em>one-verdict</em>).
 */
final class LifecycleIT {
  private static final int ECHO = 7000;
  private static final String ALLOWED = LabResources.ALLOWED_BY_NET;
  private static final String DENIED = "198.51.100.10";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What the exit code means; {@code namegate help} lists them. */
  private static final int ENVIRONMENT = 3;

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static HostRules nft;

  @SuppressWarnings("NullAway.Init")
  private static HostRules legacy;

  private static int connections;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(
        lab, "good.test. 300 A 198.51.100.11", "later.good.test. 300 A 198.51.100.12");
    TcpSink.start(lab, Integer.toString(ECHO));
    nft = new HostRules(lab, "NFT");
    legacy = new HostRules(lab, "Legacy");
    nft.add("filter", "-A FORWARD -d 203.0.113.7 -m comment --comment theirs -j DROP");
    legacy.add("mangle", "-A FORWARD -d 203.0.113.8 -m comment --comment theirs -j DROP");
    lab.exec(Room.HOST, "ipset", "create", "theirs", "hash:ip").orFail();
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  /** Each test begins with nothing of ours, whatever the one before did. */
  @AfterEach
  void cleanUp() {
    cleanup().orFail();
  }

  private static CommandResult cleanup() {
    return lab.execJava(Room.HOST, LIMIT, Main.class, "cleanup");
  }

  private static LabResources resources(String... namegate) {
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: [192.0.2.53]", "iptablesBackend: NFT")
            .allow(List.of(53), "*.good.test");
    return namegate.length == 0 ? resources : resources.namegate(namegate);
  }

  private static DaemonProcess start(LabResources resources) {
    return DaemonProcess.start(lab, resources.write(lab));
  }

  private static Connectivity expect() {
    return new Connectivity(lab);
  }

  private static void assertEnforced() {
    expect()
        .expectReachable(Room.WORKLOAD, ALLOWED, 80, "allowed by number")
        .expectReachable(Room.HOST, ALLOWED, 80, "allowed by number")
        .expectBlocked(Room.WORKLOAD, DENIED, 80, "denied")
        .expectBlocked(Room.HOST, DENIED, 80, "denied")
        .check();
  }

  private static void assertFreeAndClean() {
    assertNothingOfOurs();
    expect()
        .expectReachable(Room.WORKLOAD, DENIED, 80, "nothing is enforced")
        .expectReachable(Room.HOST, DENIED, 80, "nothing is enforced")
        .check();
  }

  private static void assertNothingOfOurs() {
    assertEquals("", nft.ours() + legacy.ours());
    assertEquals("theirs\n", lab.exec(Room.HOST, "ipset", "list", "-n").orFail().stdout());
  }

  private static void assertNothingNewPasses() {
    expect()
        .expectBlocked(Room.WORKLOAD, ALLOWED, 80, "nobody decides")
        .expectBlocked(Room.HOST, ALLOWED, 80, "nobody decides")
        .check();
  }

  @Test
  void sigtermRemovesOurRulesAndExitsZero() {
    String theirs = nft.text() + legacy.text();
    DaemonProcess daemon = start(resources());
    assertEnforced();
    assertEquals(0, daemon.stop(), () -> daemon.process().log());
    assertFreeAndClean();
    assertEquals(theirs, nft.text() + legacy.text());
  }

  @Test
  void sigintRemovesOurRulesAndExitsZero() {
    DaemonProcess daemon = start(resources());
    assertNotEquals("", nft.ours());
    String pid = Long.toString(daemon.process().pid());
    lab.exec(Room.HOST, "kill", "-INT", pid).orFail();
    assertEquals(0, daemon.process().awaitExit(LIMIT), () -> daemon.process().log());
    assertFreeAndClean();
  }

  @Test
  void rulesThatStayOnExitDropNewFlowsAndLetEstablishedOnesGoOn() {
    DaemonProcess daemon = start(resources("leaveRulesOnExit: true"));
    Conversation forwarded = new Conversation(Room.WORKLOAD);
    Conversation local = new Conversation(Room.HOST);
    assertEquals(0, daemon.stop(), () -> daemon.process().log());
    assertTrue(nft.ours().contains("NFQUEUE"), nft::ours);
    assertNothingNewPasses();
    forwarded.goesOn();
    local.goesOn();
    DaemonProcess again = start(resources());
    assertEnforced();
    assertEquals(0, again.stop(), () -> again.process().log());
    assertFreeAndClean();
  }

  @Test
  void startAfterKillReplacesWhatWasLeftAndNothingNewPassesMeanwhile() {
    DaemonProcess killed = start(resources());
    Conversation forwarded = new Conversation(Room.WORKLOAD);
    killed.kill();
    assertNothingNewPasses();
    forwarded.goesOn();
    String left = nft.ours();
    DaemonProcess same = start(resources());
    assertEquals(left, nft.ours(), "the same configuration makes the same rules");
    assertEnforced();
    same.kill();
    DaemonProcess other = start(otherConfiguration("NFT"));
    assertTrue(nft.ours().contains("--queue-balance 112:"), nft::ours);
    assertFalse(nft.ours().contains("--queue-balance 102:"), nft::ours);
    assertFalse(nft.ours().contains(Lab.TRUSTED + " "), nft::ours);
    assertEnforced();
    assertEquals(0, other.stop(), () -> other.process().log());
    assertFreeAndClean();
  }

  private static LabResources otherConfiguration(String backend) {
    return LabResources.ofAllEndpoints()
        .felix(
            "dnsTrustedServers: [192.0.2.66]",
            "dnsPacketsNfqueueID: 111",
            "iptablesBackend: " + backend)
        .namegate("flowsNfqueueID: 112")
        .allow(List.of(53), "*.good.test");
  }

  @Test
  void startAfterKillTakesOutWhatWasLeftInTheOtherBackend() {
    DaemonProcess killed = start(otherConfiguration("Legacy"));
    assertNotEquals("", legacy.ours());
    killed.kill();
    DaemonProcess daemon = start(resources());
    assertEquals("", legacy.ours());
    assertEnforced();
    assertEquals(0, daemon.stop(), () -> daemon.process().log());
    assertFreeAndClean();
  }

  /** What may be in the way of a start once the queues are bound, and how it goes away again. */
  private enum Obstacle {
    /** Of another type, where the next content of ours is built. */
    SET("ipset create ng-src4-next hash:ip", "ipset destroy ng-src4-next", "another type"),

    /** Met when the sets are done. */
    CHAIN(
        "iptables-nft -t security -N ng-wl-host"
            + " && iptables-nft -t security -A ng-wl-host -d 203.0.113.9 -j DROP",
        "iptables-nft -t security -F ng-wl-host && iptables-nft -t security -X ng-wl-host",
        "chain ng-wl-host of table security is not ours");

    private final String put;
    private final String away;
    private final String message;

    Obstacle(String put, String away, String message) {
      this.put = put;
      this.away = away;
      this.message = message;
    }

    void put() {
      lab.exec(Room.HOST, "sh", "-c", put).orFail();
    }

    void takeAway() {
      lab.exec(Room.HOST, "sh", "-c", away).orFail();
    }
  }

  /**
   * What the kernel holds: all rules, and all sets with their entries. Of the accept sets only that
   * they are there: a start begins with empty ones, for what they held was another policy's.
   */
  private static String kernel() {
    String sets = lab.exec(Room.HOST, "ipset", "save").orFail().stdout();
    return nft.ours()
        + nft.text()
        + legacy.ours()
        + legacy.text()
        + sets.lines()
            .filter(line -> !line.matches("add ng-(wl|hep).*"))
            .map(line -> line.startsWith("create ng-") ? line.replaceFirst("initval .*", "") : line)
            .sorted()
            .toList();
  }

  /** A SIGHUP while it starts neither ends it nor is lost. */
  @Test
  void readsAgainWhenItIsReadyIfItWasToldToMeanwhile() {
    try (DaemonProcess daemon =
        DaemonProcess.launch(
            lab, Main.class.getName(), List.of(), resources().write(lab), "--verbose")) {
      BackgroundProcess process = daemon.process();
      LiveStatus.await(() -> process.log().contains("start: step=signals "), process::log);
      lab.exec(Room.HOST, "kill", "-HUP", Long.toString(process.pid())).orFail();
      process.awaitReady(LIMIT);
      new LiveStatus(daemon).awaitFact("generation", now -> now == 2);
      assertEnforced();
    }
    assertFreeAndClean();
  }

  private static void assertStartFails(LabResources resources, Obstacle obstacle) {
    DaemonProcess failing =
        DaemonProcess.launch(lab, Main.class.getName(), List.of(), resources.write(lab));
    assertEquals(ENVIRONMENT, failing.process().awaitExit(LIMIT), () -> failing.process().log());
    assertTrue(
        failing
            .process()
            .log()
            .lines()
            .anyMatch(line -> line.startsWith("namegate: ") && line.contains(obstacle.message)),
        () -> failing.process().log());
  }

  @ParameterizedTest
  @EnumSource
  void startThatFailsLeavesTheRulesItFound(Obstacle obstacle) {
    // It has no chain ng-wl-host.
    LabResources before =
        LabResources.ofAllEndpoints()
            .felix(
                "dnsTrustedServers: [192.0.2.53]",
                "iptablesBackend: NFT",
                "defaultEndpointToHostAction: Accept")
            .allow(List.of(53), "*.good.test");
    DaemonProcess killed = start(before);
    assertEnforced();
    killed.kill();
    obstacle.put();
    try {
      String found = kernel();
      LabResources next = resources();
      if (obstacle == Obstacle.SET) {
        next.workload("cali-more", "10.65.0.9", "fd65::9");
      }
      assertStartFails(next, obstacle);
      assertEquals(found, kernel());
      assertNothingNewPasses();
    } finally {
      obstacle.takeAway();
    }
    DaemonProcess proper = start(resources());
    assertEnforced();
    assertEquals(0, proper.stop(), () -> proper.process().log());
    assertFreeAndClean();
  }

  @ParameterizedTest
  @EnumSource
  void startThatFailsOnACleanMachineLeavesNothing(Obstacle obstacle) {
    obstacle.put();
    try {
      String found = kernel();
      assertStartFails(resources(), obstacle);
      assertEquals(found, kernel());
    } finally {
      obstacle.takeAway();
    }
    assertFreeAndClean();
  }

  @Test
  void failureModeOpenLetsFlowsPassWhenTheDaemonWasKilled() {
    DaemonProcess daemon = start(resources("failureMode: Open"));
    assertEnforced();
    daemon.kill();
    expect()
        .expectReachable(Room.WORKLOAD, DENIED, 80, "nobody decides, and that means yes")
        .expectReachable(Room.HOST, DENIED, 80, "nobody decides, and that means yes")
        .check();
    assertTrue(
        lab.exec(Room.WORKLOAD, "dig", "+tries=1", "@" + Lab.TRUSTED, "good.test").succeeded());
  }

  @Test
  void cleanupAfterKillRemovesAllThatIsOursAndNothingElse() {
    String theirs = nft.text() + legacy.text();
    DaemonProcess daemon = start(resources());
    daemon.kill();
    assertNotEquals("", nft.ours());
    CommandResult cleanup = cleanup().orFail();
    assertTrue(cleanup.stdout().contains("removed "), cleanup::toString);
    assertFreeAndClean();
    assertEquals(theirs, nft.text() + legacy.text());
    assertTrue(cleanup().orFail().stdout().contains("nothing of Namegate's was there"));
  }

  @Test
  void secondDaemonIsRefusedAndDoesNotDisturbTheFirst() {
    try (DaemonProcess first = start(resources())) {
      String rules = nft.ours();
      // The same queues, then another listener for each: two daemons would fight for the rules.
      List<LabResources> others =
          List.of(
              resources(),
              otherConfiguration("NFT"),
              onOtherListeners("NFT"),
              onOtherListeners("Legacy"));
      for (LabResources other : others) {
        DaemonProcess second =
            DaemonProcess.launch(lab, Main.class.getName(), List.of(), other.write(lab));
        assertEquals(ENVIRONMENT, second.process().awaitExit(LIMIT), () -> second.process().log());
        assertTrue(
            second.process().log().matches("(?s).*namegate: .* is held by port id \\d+.*: .*"),
            () -> second.process().log());
        assertTrue(first.process().isAlive());
        assertEquals(rules, nft.ours());
        assertEquals("", legacy.ours());
      }
      assertEnforced();
      assertEquals(first.process().pid(), new LiveStatus(first).fact("pid"));
    }
    assertFreeAndClean();
  }

  private static LabResources onOtherListeners(String backend) {
    return LabResources.ofAllEndpoints()
        .felix(
            "dnsTrustedServers: [192.0.2.66]",
            "dnsPacketsNfqueueID: 111",
            "iptablesBackend: " + backend)
        .namegate("flowsNfqueueID: 112", "dnsQueryNflogGroup: 113")
        .allow(List.of(53), "*.good.test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Polled", "Own"})
  void repliesThatAreHeldAreAnsweredByAnOrderlyStop(String stageThreads) {
    Gate gate = new Gate(lab);
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix(
                "dnsTrustedServers: [192.0.2.53]",
                "iptablesBackend: NFT",
                "dnsPacketsNfqueueMaxHoldDuration: 60s")
            .namegate("stageThreads: " + stageThreads)
            .allow(List.of(53), "*.good.test");
    DaemonProcess daemon = gate.startDaemon(lab, resources.write(lab));
    LiveStatus status = new LiveStatus(daemon);
    gate.shut();
    List<BackgroundProcess> clients =
        List.of(ask(Room.WORKLOAD), ask(Room.WORKLOAD2), ask(Room.HOST));
    status.awaitFact("dnsQueueWaiting", waiting -> waiting == 3);
    daemon.process().terminate();
    // The jumps go first: from then on nothing new is queued.
    LiveStatus.await(() -> !nft.ours().contains("-A FORWARD "), nft::ours);
    assertTrue(clients.stream().allMatch(BackgroundProcess::isAlive), "answered while blocked");
    gate.open();
    for (BackgroundProcess client : clients) {
      assertEquals(0, client.awaitExit(LIMIT), client::log);
      assertEquals("198.51.100.12\n", client.log());
    }
    assertEquals(0, daemon.process().awaitExit(LIMIT), () -> daemon.process().log());
    assertNothingOfOurs();
  }

  private static BackgroundProcess ask(Room room) {
    return lab.start(
        room,
        "dig",
        List.of("dig", "+short", "+tries=1", "+timeout=25", "@" + Lab.TRUSTED, "later.good.test"));
  }

  /** A TCP connection to the echo server that is kept open and spoken on again later. */
  private static final class Conversation {
    private final Path go = lab.work().resolve("go-" + ++connections);
    private final BackgroundProcess client;

    Conversation(Room room) {
      String words = "(echo one; while [ ! -e " + go + " ]; do sleep 0.05; done; echo two)";
      client =
          lab.start(
              room,
              "conversation",
              List.of("sh", "-c", words + " | nc -N -w 30 " + ALLOWED + " " + ECHO));
      LiveStatus.await(() -> client.log().equals("one\n"), client::log);
    }

    void goesOn() {
      try {
        Files.createFile(go);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      assertEquals(0, client.awaitExit(LIMIT), client::log);
      assertEquals("one\ntwo\n", client.log());
    }
  }
}
