// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.RaceResult;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.lab.TcpSink;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.nfq.CpuAffinity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** New flows are spread over several queues, and all else is as with one. */
final class FlowQueuesIT {
  private static final int PORT = 7000;
  private static final int CYCLES = 64;

  /** Hosts of a net of 64, without the last, which may be a broadcast address. */
  private static final int HOSTS = 63;

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private DaemonProcess daemon;

  @SuppressWarnings("NullAway.Init")
  private LiveStatus status;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    LabDnsProcess.trusted(lab);
    TcpSink.start(lab, Integer.toString(PORT));
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

  private static LabResources resources(String mode, String backend, String... settings) {
    return LabResources.ofAllEndpoints()
        .felix(
            "dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']",
            "dnsPolicyMode: " + mode,
            "iptablesBackend: " + backend)
        .namegate(settings)
        .allow(List.of(53), "*.race.test");
  }

  /** One datagram to each host of this net of 64, from a workload. */
  private static void sendToNet(int firstHost) {
    String loop = "for ((i = 0; i < %d; i++)); do echo > /dev/udp/198.51.100.$((%d + i))/9; done";
    lab.exec(Room.WORKLOAD, "bash", "-c", loop.formatted(HOSTS, firstHost)).orFail();
  }

  /** Those that policy allows by number, and as many others. */
  private void assertDecidesEachFlow() {
    long allowed = status.count(Counter.FLOWS_ALLOWED);
    long denied = status.count(Counter.FLOWS_DENIED);
    sendToNet(192);
    status.await(Counter.FLOWS_ALLOWED, count -> count == allowed + HOSTS);
    sendToNet(64);
    status.await(Counter.FLOWS_DENIED, count -> count == denied + HOSTS);
    assertEquals(allowed + HOSTS, status.count(Counter.FLOWS_ALLOWED));
  }

  private static String rules(String backend) {
    String word = backend.equals("NFT") ? "nft" : "legacy";
    return lab.exec(
            Room.HOST,
            "sh",
            "-c",
            "iptables-%1$s-save -t security; ip6tables-%1$s-save -t security".formatted(word))
        .orFail()
        .stdout();
  }

  @ParameterizedTest
  @CsvSource({
    "2, Addresses, Polled, DelayDNSResponse, NFT",
    "4, Addresses, Polled, DelayDNSResponse, Legacy",
    "2, Addresses, Polled, DelayDeniedPacket, NFT",
    "2, Cpu, Own, DelayDeniedPacket, Legacy",
    "2, Cpu, Polled, DelayDNSResponse, NFT"
  })
  void flowsOfManyAddressesAreSharedAndNoFirstPacketAfterItsAnswerIsLost(
      int queues, String spread, String threads, String mode, String backend) {
    LabResources resources =
        resources(
            mode,
            backend,
            "flowQueues: " + queues,
            "flowQueueSpread: " + spread,
            "flowsNfqueueID: 200",
            "stageThreads: " + threads,
            "kernelFastPath: Disabled");
    daemon = DaemonProcess.start(lab, resources.write(lab));
    status = new LiveStatus(daemon);
    String target = "--queue-balance 200:" + (199 + queues);
    assertTrue(rules(backend).contains(target), () -> rules(backend));
    assertEquals(spread.equals("Cpu"), rules(backend).contains("--queue-cpu-fanout"));
    assertFalse(rules(backend).contains("--queue-bypass"), () -> rules(backend));

    int first = 1;
    for (Room room : List.of(Room.WORKLOAD, Room.HOST)) {
      for (String type : List.of("A", "AAAA")) {
        String server = type.equals("A") ? Lab.TRUSTED : Lab.TRUSTED6;
        RaceResult result =
            RaceResult.run(lab, room, server, "race.test", first, CYCLES, PORT, type);
        assertEquals(new RaceResult(CYCLES, CYCLES, 0, 0, 0, 0), result, () -> room + type);
        first += CYCLES;
      }
    }
    status.await(Counter.DNS_REPLIES_LEARNT, learnt -> learnt == 4L * CYCLES);
    if (!mode.equals("DelayDeniedPacket")) { // there, they are held for a name that may come
      assertDecidesEachFlow();
    }
    assertQueuesHaveShares(queues, spread);
    assertEquals(0, status.count(Counter.VERDICT_ERRORS));
    assertEquals(0, status.count(Counter.VERDICTS_GONE));
    assertEquals(0, daemon.stop(), () -> daemon.process().log());
  }

  /** Who sends chooses the CPU; addresses are many enough for each queue to get some. */
  private void assertQueuesHaveShares(int queues, String spread) {
    long received = status.count(Counter.FLOWS_RECEIVED);
    LiveStatus.await(() -> sum(shares()) == received, status::text);
    assertEquals(queues, shares().size(), status::text);
    if (spread.equals("Addresses")) {
      assertTrue(shares().stream().allMatch(share -> share > 0), status::text);
    }
  }

  private List<Long> shares() {
    return status.list("flowVerdictsPerQueue").stream().map(Long::valueOf).toList();
  }

  private static long sum(List<Long> shares) {
    return shares.stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void aQueueThatFailsIsBoundAgainWhileTheOthersGoOn() throws IOException {
    Path orders = lab.work().resolve("breaker");
    daemon =
        DaemonProcess.launch(
            lab,
            BreakableDaemon.class.getName(),
            List.of("-Dnamegate.test.breaker=" + orders),
            resources(
                    "DelayDNSResponse",
                    "NFT",
                    "flowQueues: 2",
                    "flowQueueSpread: Addresses",
                    "flowsNfqueueID: 98",
                    "kernelFastPath: Disabled")
                .write(lab));
    daemon.process().awaitReady(LIMIT);
    status = new LiveStatus(daemon);
    assertDecidesEachFlow();
    for (int number = 98; number <= 99; number++) {
      Path order = Files.writeString(lab.work().resolve("breaker-next"), "unbind " + number);
      Files.move(order, orders);
      long failures = number - 97L;
      status.await(Counter.SOCKET_FAILURES, count -> count == failures);
      LiveStatus.await(() -> status.list("brokenSockets").isEmpty(), status::text);
      String log = daemon.process().log();
      assertTrue(log.contains("queue " + number + " is bound again"), log);
      assertEquals(number == 99, log.contains("queue 99 has failed"), log);
      assertDecidesEachFlow();
    }
    assertTrue(shares().stream().allMatch(share -> share > 0), status::text);
    assertEquals(0, daemon.stop(), () -> daemon.process().log());
  }

  @Test
  void anotherNumberOfQueuesWaitsForARestartWhichTakesOverTheRules() throws IOException {
    LiveResources live =
        LiveResources.start(lab, resources("NoDelay", "NFT", settings(2)).write(lab));
    daemon = live.daemon();
    status = live.status();
    live.enforce(String.join("---\n", resources("NoDelay", "NFT", settings(1)).documents()));
    assertEquals(
        List.of("flowQueues: 2 stays in force until a restart, then 1"),
        status.list("waitingForRestart"));
    assertTrue(rules("NFT").contains("--queue-balance 200:201"), () -> rules("NFT"));
    assertDecidesEachFlow();
    assertEquals(0, daemon.stop(), () -> daemon.process().log());
    assertTrue(rules("NFT").contains("--queue-balance 200:201"), "they were to stay");

    daemon = DaemonProcess.start(lab, live.directory());
    status = new LiveStatus(daemon);
    assertTrue(rules("NFT").contains("--queue-num 200"), () -> rules("NFT"));
    assertFalse(rules("NFT").contains("--queue-balance"), () -> rules("NFT"));
    assertDecidesEachFlow();
    daemon.stop();
    lab.exec(Room.HOST, "sh", "-c", "iptables -t security -F; ip6tables -t security -F").orFail();
  }

  private static String[] settings(int queues) {
    return new String[] {
      "flowQueues: " + queues,
      "flowsNfqueueID: 200",
      "kernelFastPath: Disabled",
      "leaveRulesOnExit: true"
    };
  }

  @Test
  void threadsOfThePacketPathsRunOnTheCpusTheyAreBoundTo() throws IOException {
    daemon =
        DaemonProcess.start(
            lab,
            resources("NoDelay", "NFT", "flowQueues: 2", "flowCpus: [0]", "dnsCpus: [0]")
                .write(lab));
    status = new LiveStatus(daemon);
    Map<String, String> cpus = cpusOfThreads();
    assertEquals("0", cpus.get("ng-flows-102"), cpus::toString);
    assertEquals("0", cpus.get("ng-flows-103"), cpus::toString);
    assertEquals("0", cpus.get("ng-dns"), cpus::toString);
    assertEquals(cpus.get("ng-sockets"), cpus.get("ng-hold"), cpus::toString);
    assertFalse(daemon.process().log().contains("does not bind"), daemon.process().log());
  }

  @Test
  void withoutAWordThereIsAQueueForEachCpuAndItsThreadRunsThere() throws IOException {
    List<Integer> online = List.copyOf(CpuAffinity.online());
    assertTrue(online.size() > 1, "this test needs two CPUs");
    int queues = Math.min(8, online.size());
    daemon = DaemonProcess.start(lab, resources("NoDelay", "NFT").write(lab));
    status = new LiveStatus(daemon);
    assertTrue(
        rules("NFT").contains("--queue-balance 102:" + (101 + queues) + " --queue-cpu-fanout"),
        () -> rules("NFT"));
    Map<String, String> cpus = cpusOfThreads();
    for (int queue = 0; queue < queues; queue++) {
      int remainder = queue;
      String expected =
          online.stream()
              .filter(cpu -> cpu % queues == remainder)
              .map(String::valueOf)
              .collect(Collectors.joining(","));
      assertEquals(expected, cpus.get("ng-flows-" + (102 + queue)), cpus::toString);
    }
    sendOn(online.get(1));
    status.await(Counter.FLOWS_DENIED, denied -> denied == 1);
    List<Long> expected = new ArrayList<>(Collections.nCopies(queues, 0L));
    expected.set(online.get(1) % queues, 1L);
    LiveStatus.await(() -> shares().equals(expected), status::text);
  }

  /** A datagram of a workload that runs on this CPU only. */
  private static void sendOn(int cpu) {
    lab.exec(
            Room.WORKLOAD,
            "taskset",
            "--cpu-list",
            Integer.toString(cpu),
            "bash",
            "-c",
            "echo > /dev/udp/198.51.100.64/9")
        .orFail();
  }

  /** What the kernel says, by the threads' names. */
  private Map<String, String> cpusOfThreads() throws IOException {
    Map<String, String> cpus = new TreeMap<>();
    Path tasks = Path.of("/proc", Long.toString(daemon.process().pid()), "task");
    try (DirectoryStream<Path> each = Files.newDirectoryStream(tasks)) {
      for (Path task : each) {
        String name = Files.readString(task.resolve("comm")).strip();
        Files.readAllLines(task.resolve("status")).stream()
            .filter(line -> line.startsWith("Cpus_allowed_list:"))
            .forEach(line -> cpus.put(name, line.substring(line.indexOf(':') + 1).strip()));
      }
    }
    return cpus;
  }
}
