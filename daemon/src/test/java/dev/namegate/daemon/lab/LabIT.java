// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lab itself, with nothing enforced: what other tests take for granted is so. */
final class LabIT {
  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static void dnsmasq() {
    lab.trustedDns(
        "api.alice.com A 198.51.100.10 60",
        "api.alice.com AAAA 2001:db8:100::10 60",
        "www.alice.com CNAME api.alice.com 30");
  }

  @Test
  void digAndCurlWorkFromWorkloadsAndHostOverBothFamilies() {
    dnsmasq();
    for (Room room : List.of(Room.WORKLOAD, Room.WORKLOAD2, Room.HOST)) {
      assertEquals(
          "api.alice.com.\n198.51.100.10\n",
          lab.exec(room, "dig", "+short", "@" + Lab.TRUSTED, "www.alice.com").orFail().stdout());
      assertEquals(
          "2001:db8:100::10\n",
          lab.exec(room, "dig", "+short", "@" + Lab.TRUSTED6, "api.alice.com", "AAAA")
              .orFail()
              .stdout());
      assertEquals(
          "198.51.100.10 80\n",
          lab.exec(room, "curl", "-sS4m5", "http://api.alice.com/").orFail().stdout());
      assertEquals(
          "2001:db8:100::10 443\n",
          lab.exec(room, "curl", "-sS6m5", "http://api.alice.com:443/").orFail().stdout());
    }
  }

  @Test
  void resolverOnTheHostServesWorkloads() {
    dnsmasq();
    lab.hostResolver();
    for (String server : List.of(Lab.HOST_INSIDE, Lab.HOST_INSIDE6)) {
      assertEquals(
          "198.51.100.10\n",
          lab.exec(Room.WORKLOAD2, "dig", "+short", "@" + server, "api.alice.com")
              .orFail()
              .stdout());
    }
  }

  @Test
  void connectivityTellsReachedRefusedAndSilentApart() {
    lab.exec(Room.NET, "iptables", "-A", "INPUT", "-d", "198.51.100.77", "-j", "DROP").orFail();
    Connectivity connectivity = new Connectivity(lab);
    assertEquals(Connectivity.Outcome.REACHED, connectivity.probe(Room.HOST, "198.51.100.10", 80));
    assertEquals(Connectivity.Outcome.REFUSED, connectivity.probe(Room.HOST, "198.51.100.10", 81));
    assertEquals(Connectivity.Outcome.SILENCE, connectivity.probe(Room.HOST, "198.51.100.77", 80));
  }

  @Test
  void connectivityShowsItsWholeTableWhenOneRowIsNotAsExpected() {
    Connectivity connectivity =
        new Connectivity(lab)
            .expectReachable(Room.WORKLOAD, "198.51.100.10", 80, "there is a web server")
            .expectReachable(Room.HOST, "2001:db8:100::10", 443, "there, too")
            .expectBlocked(Room.WORKLOAD2, "198.51.100.10", 81, "nobody listens");
    connectivity.check();
    connectivity
        .expectReachable(Room.WORKLOAD, "198.51.100.10", 80, "there is a web server")
        .expectBlocked(Room.WORKLOAD, "2001:db8:100::10", 80, "which is not so");
    String wrong = assertThrows(AssertionError.class, connectivity::check).toString();
    assertTrue(
        wrong.lines().anyMatch(row -> row.matches("ok .*198.51.100.10:80 .*reached.*")), wrong);
    assertTrue(
        wrong.lines().anyMatch(row -> row.matches("NOT .*:10\\]:80 .*blocked .*reached.*")), wrong);
  }

  @Test
  void scriptedServerAnswersRightlyAndWronglyAsAsked() {
    try (LabDnsProcess dns =
        LabDnsProcess.start(
            lab,
            5353,
            List.of(Lab.TRUSTED, Lab.TRUSTED6),
            "x.test. 2 CNAME y.test.",
            "y.test. 300 A 198.51.100.10",
            "also-answer.test. 300 A 198.51.100.11",
            "bystander.test. 300 A 198.51.100.12",
            "nxdomain.test. 300 A 198.51.100.13")) {
      assertEquals("y.test.\n198.51.100.10\n", dig(Lab.TRUSTED, "x.test", "+short"));
      assertEquals(
          "198.51.100.11\n198.51.100.12\n", dig(Lab.TRUSTED6, "also-answer.test", "+short"));
      assertTrue(dig(Lab.TRUSTED, "nxdomain.test").contains("status: NXDOMAIN"));
      assertTrue(dig(Lab.TRUSTED, "nobody.test").contains("status: NXDOMAIN"));
      assertEquals("198.19.0.1\n", dig(Lab.TRUSTED, "n65537.fresh.test", "+short"));
      dns.answer("y.test. 300 A 198.51.100.20");
      assertEquals("198.51.100.20\n", dig(Lab.TRUSTED, "y.test", "+short"));
      assertTrue(dns.log().contains("also-answer.test"), dns::log);
    }
  }

  @Test
  void everyOddReplyIsSentWithoutHarmToTheServer() {
    try (LabDnsProcess dns =
        LabDnsProcess.start(
            lab,
            5354,
            List.of(Lab.TRUSTED),
            "good.test. 300 A 198.51.100.10",
            "bystander.test. 300 A 198.51.100.12")) {
      // All at once: several of these replies make dig wait for a better one.
      List<String> names =
          Arrays.stream(OddReply.values()).map(odd -> odd.label() + ".test").toList();
      String dig = "dig +tries=1 +timeout=1 -p 5354 @" + Lab.TRUSTED;
      String all = "for n in " + String.join(" ", names) + "; do " + dig + " $n & done; wait";
      lab.exec(Room.HOST, "sh", "-c", all).orFail();
      for (OddReply odd : OddReply.values()) {
        assertTrue(dns.log().contains(odd.name()), () -> odd + " in " + dns.log());
      }
      assertEquals(
          "198.51.100.10\n",
          lab.exec(Room.HOST, "dig", "+short", "-p", "5354", "@" + Lab.TRUSTED, "good.test")
              .stdout());
    }
  }

  private static String dig(String server, String name, String... options) {
    String[] command = {"dig", "-p", "5353", "@" + server, name};
    String[] whole = Arrays.copyOf(command, command.length + options.length);
    System.arraycopy(options, 0, whole, command.length, options.length);
    return lab.exec(Room.HOST, whole).orFail().stdout();
  }

  @Test
  void raceClientSeesNoRetransmissionWhereNothingIsEnforced() {
    try (Lab own = Lab.up();
        LabDnsProcess dns = LabDnsProcess.trusted(own);
        BackgroundProcess sink = TcpSink.start(own, "7000")) {
      RaceResult v4 =
          RaceResult.run(own, Room.WORKLOAD, Lab.TRUSTED, "race.test", 1, 200, 7000, "A");
      assertEquals(new RaceResult(200, 200, 0, 0, 0, 0), v4, sink::log);
      RaceResult v6 =
          RaceResult.run(own, Room.HOST, Lab.TRUSTED6, "race.test", 1000, 200, 7000, "AAAA");
      assertEquals(new RaceResult(200, 200, 0, 0, 0, 0), v6, dns::log);
    }
  }

  @Test
  void raceClientCountsFirstPacketsThatAreLost() {
    try (Lab own = Lab.up();
        LabDnsProcess dns = LabDnsProcess.trusted(own);
        BackgroundProcess sink = TcpSink.start(own, "7000")) {
      // The first SYN of all is dropped; the one sent again passes.
      own.exec(
              Room.HOST,
              "iptables",
              "-A",
              "FORWARD",
              "-p",
              "tcp",
              "--syn",
              "-m",
              "statistic",
              "--mode",
              "nth",
              "--every",
              "1000",
              "--packet",
              "0",
              "-j",
              "DROP")
          .orFail();
      RaceResult result =
          RaceResult.run(own, Room.WORKLOAD, Lab.TRUSTED, "race.test", 1, 5, 7000, "A");
      assertEquals(new RaceResult(5, 5, 0, 0, 1, 1), result, () -> dns.log() + sink.log());
      assertFalse(result.isClean());
    }
  }

  @Test
  void sinkSendsBackWhatItIsSent() {
    try (BackgroundProcess sink = TcpSink.start(lab, "7001")) {
      CommandResult result =
          lab.exec(Room.WORKLOAD, "sh", "-c", "echo hello | nc -N -w 5 198.51.100.10 7001");
      assertEquals("hello\n", result.stdout(), () -> result + sink.log());
    }
  }

  @Test
  void commandPastItsLimitIsEnded() {
    CommandResult result = lab.exec(Room.NET, Duration.ofMillis(200), "sleep", "60");
    assertEquals(CommandResult.TIMED_OUT, result.exit());
  }

  @Test
  void evidenceHoldsRulesQueuesAndLogs() throws Exception {
    Path kept = LabEvidence.collect(lab, "LabIT.evidence");
    assertTrue(Files.exists(kept.resolve("nfnetlink_queue.txt")));
    assertTrue(Files.exists(kept.resolve("iptables-nft.txt")));
    assertTrue(Files.exists(kept.resolve("web.log")));
  }

  @Test
  void nothingOfTheLabIsLeftWhenItIsClosed() {
    Lab own = Lab.up();
    own.trustedDns("a.test A 198.51.100.10");
    BackgroundProcess sleeper = own.start(Room.NET, "sleeper", List.of("sleep", "600"));
    own.close();
    assertFalse(sleeper.isAlive());
    String namespaces = Lab.run(List.of("ip", "netns", "list"), "", Duration.ofSeconds(5)).stdout();
    assertFalse(namespaces.contains("ng-" + own.name() + "-"), namespaces);
    assertFalse(Files.exists(own.state()));
    assertFalse(Files.exists(Path.of("/etc/netns", own.namespace(Room.HOST))));
    // Whether a process outlived it: the state directory is in the command line of each.
    String left =
        Lab.run(List.of("pgrep", "-f", "^dnsmasq.*" + own.state()), "", Duration.ofSeconds(5))
            .stdout();
    assertEquals("", left);
  }
}
