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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A socket that packets come by fails, is told of, and is bound again: row D14. */
final class RecoveryIT {
  private static final String NEVER = "198.51.100.24";
  private static final int SITES = 12;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private DaemonProcess daemon;

  @SuppressWarnings("NullAway.Init")
  private LiveStatus status;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  private boolean holds;
  private int sites;

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    List<String> records = new ArrayList<>();
    for (int i = 0; i < SITES; i++) {
      records.add("site" + i + ".good.test. 300 A " + address(i));
    }
    LabDnsProcess.trusted(lab, records.toArray(String[]::new));
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
      daemon.close();
    }
  }

  private static String address(int site) {
    return "198.51.100." + (30 + site);
  }

  private void start(String mode, String... settings) {
    holds = mode.equals("DelayDeniedPacket");
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']", "dnsPolicyMode: " + mode)
            .namegate(settings)
            .allow(List.of(53), "*.good.test");
    daemon =
        DaemonProcess.launch(
            lab,
            BreakableDaemon.class.getName(),
            List.of("-Dnamegate.test.breaker=" + orders()),
            resources.write(lab));
    daemon.process().awaitReady(LIMIT);
    status = new LiveStatus(daemon);
  }

  private static Path orders() {
    return lab.work().resolve("breaker");
  }

  /** Has the daemon's sockets broken in this way, and returns when it is done. */
  private static void order(String order) throws IOException {
    Path ready = Files.writeString(lab.work().resolve("breaker-next"), order);
    Files.move(ready, orders());
    LiveStatus.await(() -> !Files.exists(orders()), () -> "nobody obeys " + order);
  }

  private void awaitRepair(long failures) {
    status.await(Counter.SOCKET_FAILURES, count -> count == failures);
    LiveStatus.await(() -> status.list("brokenSockets").isEmpty(), status::text);
  }

  /** A name that nobody asked for yet is learnt, opens what it may, and nothing else. */
  private void assertWorks() {
    int site = sites++;
    long learnt = status.count(Counter.DNS_REPLIES_LEARNT);
    long queued = status.count(Counter.FLOWS_RECEIVED);
    BackgroundProcess early = null;
    if (holds) {
      long held = status.count(Counter.FLOWS_HELD);
      early =
          lab.start(Room.WORKLOAD, "nc", List.of("nc", "-zvn", "-w", "10", address(site), "80"));
      status.await(Counter.FLOWS_HELD, count -> count > held);
    }
    String name = "site" + site + ".good.test";
    assertEquals(
        address(site) + "\n",
        lab.exec(Room.WORKLOAD, "dig", "+short", "+tries=1", "@" + Lab.TRUSTED, name)
            .orFail()
            .stdout());
    if (early != null) {
      assertEquals(0, early.awaitExit(LIMIT), early::log);
    }
    status.await(Counter.DNS_REPLIES_LEARNT, count -> count == learnt + 1);
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, address(site), 80, "learnt")
        .expectReachable(Room.HOST, address(site), 80, "learnt")
        .expectBlocked(Room.WORKLOAD, NEVER, 80, "no rule allows it")
        .check();
    assertTrue(status.count(Counter.FLOWS_RECEIVED) > queued);
  }

  @ParameterizedTest
  @CsvSource({
    "DelayDNSResponse,  close,  Polled",
    "DelayDNSResponse,  unbind, Polled",
    "DelayDNSResponse,  unbind, Own",
    "DelayDeniedPacket, close,  Polled",
    "DelayDeniedPacket, unbind, Polled",
    "DelayDeniedPacket, close,  Own"
  })
  void d14SocketThatFailsIsBoundAgainAndPolicyGoesOn(String mode, String how, String stageThreads)
      throws IOException {
    start(mode, "stageThreads: " + stageThreads);
    assertWorks();
    int failures = 0;
    for (int number = 100; number <= 104; number++) {
      order(how + " " + number);
      awaitRepair(++failures);
      assertWorks();
    }
    String log = daemon.process().log();
    for (String what :
        List.of("queue 100", "queue 101", "queue 102", "NFLOG group 103", "NFLOG group 104")) {
      assertTrue(log.contains(what + " has failed ("), log);
      assertTrue(log.contains(what + " is bound again"), log);
    }
    assertEquals(0, daemon.stop(), () -> daemon.process().log());
  }

  @Test
  void d14QueueThatSomebodyElseHoldsIsToldOfAndTriedAgain() throws IOException {
    start("DelayDNSResponse", "flowQueues: 1"); // with more, those of other CPUs are decided still
    order("steal 102");
    status.await(Counter.SOCKET_FAILURES, count -> count == 1);
    LiveStatus.await(
        () ->
            status.list("brokenSockets").stream()
                .anyMatch(
                    each ->
                        each.startsWith("queue 102 is not bound: ")
                            && each.contains("held by port id")),
        status::text);
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, LabResources.ALLOWED_BY_NET, 80, "nobody decides")
        .check();
    order("release");
    awaitRepair(1);
    assertWorks();
  }

  @Test
  void d14QueueWhoseReceiveBufferWasTooSmallIsToldOfAndGoesOn() {
    start("DelayDNSResponse", "receiveBufferBytes: 65536");
    String pid = Long.toString(daemon.process().pid());
    lab.exec(Room.HOST, "kill", "-STOP", pid).orFail();
    try {
      String loop = "for ((i = 1; i <= 400; i++)); do echo > /dev/udp/%s/$((20000 + i)); done";
      lab.exec(Room.WORKLOAD, "bash", "-c", loop.formatted(LabResources.ALLOWED_BY_NET)).orFail();
    } finally {
      lab.exec(Room.HOST, "kill", "-CONT", pid).orFail();
    }
    status.await(Counter.QUEUE_OVERRUNS, count -> count > 0);
    assertTrue(status.fact("flowsQueueUserDropped") > 0, status::text);
    assertEquals(0, status.count(Counter.SOCKET_FAILURES));
    assertWorks();
  }
}
