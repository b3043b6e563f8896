// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.stats.Counter;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Beside the host's other firewall, in both backends: its DROP drops before we see the packet, its
 * ACCEPT does not bypass us, and our accept skips none of its rules.
 *
 * <p>Each place of a rule (first and last, filter and mangle) has an address of its own, so that
 * all are tried at once. They are added when ours are in, so that first and last mean just that.
 * {@code FORWARD} is the way of the workload, {@code OUTPUT} that of the host's own processes. Each
 * case has both IP families at once, with the rules of {@code iptables} and of {@code ip6tables}.
 */
final class CoexistenceIT {
  /** Allowed by number, and dropped by the host's rule in this place. */
  private static final List<String> DROPPED =
      List.of("198.51.100.201", "198.51.100.202", "198.51.100.203", "198.51.100.204");

  private static final List<String> DROPPED6 = net6("c0:201", "c0:202", "c0:203", "c0:204");

  /** Allowed by nothing, and accepted by the host's rule in this place. */
  private static final List<String> ACCEPTED =
      List.of("198.51.100.101", "198.51.100.102", "198.51.100.103", "198.51.100.104");

  private static final List<String> ACCEPTED6 = net6("101", "102", "103", "104");

  private static final List<String> PLACES =
      List.of("first in filter", "last in filter", "first in mangle", "last in mangle");

  private static final String NAMED = "198.51.100.11";
  private static final String NAMED6 = "2001:db8:100::11";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private DaemonProcess daemon;

  @SuppressWarnings("NullAway.Init")
  private LiveStatus status;

  @SuppressWarnings("NullAway.Init")
  private HostRules rules;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(
        lab, "named.good.test. 300 A " + NAMED, "named.good.test. 300 AAAA " + NAMED6);
  }

  private static List<String> net6(String... hosts) {
    return List.of(hosts).stream().map(host -> "2001:db8:100::" + host).toList();
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
    if (rules != null) {
      rules.flush();
    }
  }

  /**
   * Rules of the host's that every case has: others' rules stand between the first and the last.
   */
  private void hostRules(String backend) {
    rules = new HostRules(lab, backend);
    for (String table : List.of("filter", "mangle")) {
      for (String chain : List.of("INPUT", "FORWARD", "OUTPUT")) {
        rules.add(table, "-A " + chain + " -d 203.0.113.7 -m comment --comment theirs -j DROP");
        rules.add6(
            table, "-A " + chain + " -d 2001:db8:dead::7 -m comment --comment theirs -j DROP");
      }
    }
  }

  private void start(String backend) {
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix(
                "dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']", "iptablesBackend: " + backend)
            .allow(List.of(53), "*.good.test");
    daemon = DaemonProcess.start(lab, resources.write(lab));
    status = new LiveStatus(daemon);
    assertNotEquals("", rules.ours(), "the daemon's rules are in the backend under test");
  }

  /** Each of these targets in its place, in the chain of forwarded and of local packets. */
  private void onEachWay(String target, List<String> addresses, List<String> addresses6) {
    for (String chain : List.of("FORWARD", "OUTPUT")) {
      inEveryPlace(rules::add, chain, to(addresses, target));
      inEveryPlace(rules::add6, chain, to(addresses6, target));
    }
  }

  private static List<String> to(List<String> addresses, String target) {
    return addresses.stream().map(to -> "-d " + to + " -j " + target).toList();
  }

  /** At the very front and the very end of a chain, whatever stands between. */
  private static void inEveryPlace(
      BiConsumer<String, String> add, String chain, List<String> fourRules) {
    add.accept("filter", "-I " + chain + " " + fourRules.get(0));
    add.accept("filter", "-A " + chain + " " + fourRules.get(1));
    add.accept("mangle", "-I " + chain + " " + fourRules.get(2));
    add.accept("mangle", "-A " + chain + " " + fourRules.get(3));
  }

  /** The host's rules for the replies that come in and that are forwarded, of both families. */
  private void onEveryReply(String target) {
    for (String chain : List.of("FORWARD", "INPUT")) {
      inEveryPlace(rules::add, chain, replyRules(target));
      inEveryPlace(rules::add6, chain, replyRules(target));
    }
  }

  private static void checkBlocked(String target, List<String> addresses, List<String> addresses6) {
    Connectivity attempts = new Connectivity(lab);
    for (int i = 0; i < PLACES.size(); i++) {
      for (String address : List.of(addresses.get(i), addresses6.get(i))) {
        String why = "host's " + target + " " + PLACES.get(i);
        attempts.expectBlocked(Room.WORKLOAD, address, 80, why);
        attempts.expectBlocked(Room.HOST, address, 80, why);
      }
    }
    attempts.check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NFT", "Legacy"})
  void flowThatTheHostDropsIsDroppedAndNeverQueued(String backend) {
    hostRules(backend);
    start(backend);
    onEachWay("DROP", DROPPED, DROPPED6);
    checkBlocked("DROP", DROPPED, DROPPED6);
    assertEquals(0, status.count(Counter.FLOWS_RECEIVED));
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, LabResources.ALLOWED_BY_NET, 80, "no host rule for it")
        .expectReachable(Room.WORKLOAD, LabResources.ALLOWED_BY_NET6, 80, "no host rule for it")
        .expectReachable(Room.HOST, LabResources.ALLOWED_BY_NET, 80, "no host rule for it")
        .expectReachable(Room.HOST, LabResources.ALLOWED_BY_NET6, 80, "no host rule for it")
        .check();
    assertEquals(4, status.count(Counter.FLOWS_RECEIVED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NFT", "Legacy"})
  void flowThatTheHostAcceptsIsStillDeniedByPolicy(String backend) {
    hostRules(backend);
    start(backend);
    onEachWay("ACCEPT", ACCEPTED, ACCEPTED6);
    checkBlocked("ACCEPT", ACCEPTED, ACCEPTED6);
    // Sixteen flows of one SYN at least; some sent it again.
    status.await(Counter.FLOWS_DENIED, denied -> denied >= 16);
    assertEquals(0, status.count(Counter.FLOWS_ALLOWED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NFT", "Legacy"})
  void flowThatWeAllowStillMeetsTheHostsLaterRules(String backend) {
    hostRules(backend);
    rules.add("mangle", "-I POSTROUTING -d " + DROPPED.get(0) + " -j DROP");
    rules.add6("mangle", "-I POSTROUTING -d " + DROPPED6.get(0) + " -j DROP");
    rules.add("mangle", "-A POSTROUTING -d " + DROPPED.get(1) + " -j DROP");
    rules.add6("mangle", "-A POSTROUTING -d " + DROPPED6.get(1) + " -j DROP");
    start(backend);
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, DROPPED.get(0), 80, "host's DROP first after us")
        .expectBlocked(Room.WORKLOAD, DROPPED6.get(0), 80, "host's DROP first after us")
        .expectBlocked(Room.WORKLOAD, DROPPED.get(1), 80, "host's DROP last after us")
        .expectBlocked(Room.WORKLOAD, DROPPED6.get(1), 80, "host's DROP last after us")
        .expectBlocked(Room.HOST, DROPPED.get(0), 80, "host's DROP first after us")
        .expectBlocked(Room.HOST, DROPPED6.get(0), 80, "host's DROP first after us")
        .expectBlocked(Room.HOST, DROPPED.get(1), 80, "host's DROP last after us")
        .expectBlocked(Room.HOST, DROPPED6.get(1), 80, "host's DROP last after us")
        .check();
    // We did allow them: it was the host's rule that dropped.
    status.await(Counter.FLOWS_ALLOWED, allowed -> allowed >= 8);
    assertEquals(0, status.count(Counter.FLOWS_DENIED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NFT", "Legacy"})
  void replyThatTheHostDropsIsNeitherQueuedNorLearnt(String backend) {
    hostRules(backend);
    start(backend);
    onEveryReply("DROP");
    askFromEveryPort(Room.WORKLOAD);
    askFromEveryPort(Room.HOST);
    status.await(Counter.DNS_QUERIES_SEEN, seen -> seen == 16);
    assertEquals(0, status.count(Counter.DNS_REPLIES_RECEIVED));
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, NAMED, 80, "no answer arrived")
        .expectBlocked(Room.WORKLOAD, NAMED6, 80, "no answer arrived")
        .expectBlocked(Room.HOST, NAMED, 80, "no answer arrived")
        .expectBlocked(Room.HOST, NAMED6, 80, "no answer arrived")
        .check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NFT", "Legacy"})
  void replyThatTheHostAcceptsIsLearntBeforeItIsReleased(String backend) {
    hostRules(backend);
    start(backend);
    onEveryReply("ACCEPT");
    askFromEveryPort(Room.WORKLOAD);
    askFromEveryPort(Room.HOST);
    assertEquals(16, status.count(Counter.DNS_REPLIES_LEARNT));
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, NAMED, 80, "learnt")
        .expectReachable(Room.WORKLOAD, NAMED6, 80, "learnt")
        .expectReachable(Room.HOST, NAMED, 80, "learnt")
        .expectReachable(Room.HOST, NAMED6, 80, "learnt")
        .check();
  }

  /** Replies are told apart by the port of the client, one for each place. */
  private static List<String> replyRules(String target) {
    return List.of(40001, 40002, 40003, 40004).stream()
        .map(port -> "-p udp --sport 53 --dport " + port + " -j " + target)
        .toList();
  }

  private static void askFromEveryPort(Room room) {
    String dig = "dig named.good.test +tries=1 +timeout=1 @";
    String dig4 = dig + Lab.TRUSTED + " A -b 0.0.0.0#$p & ";
    String dig6 = dig + Lab.TRUSTED6 + " AAAA -b ::#$p & ";
    lab.exec(
            room,
            Duration.ofSeconds(20),
            "sh",
            "-c",
            "for p in 40001 40002 40003 40004; do " + dig4 + dig6 + "done; wait")
        .orFail();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NFT", "Legacy"})
  void hostsRulesAreUntouchedByStartAndStop(String backend) {
    hostRules(backend);
    onEachWay("DROP", DROPPED, DROPPED6);
    onEachWay("ACCEPT", ACCEPTED, ACCEPTED6);
    rules.add("security", "-A FORWARD -d 203.0.113.8 -j ACCEPT");
    rules.add("raw", "-A PREROUTING -s 203.0.113.9 -j DROP");
    rules.add6("security", "-A FORWARD -d 2001:db8:dead::8 -j ACCEPT");
    rules.add6("raw", "-A PREROUTING -s 2001:db8:dead::9 -j DROP");
    String theirs = rules.text();
    assertFalse(theirs.isEmpty());
    start(backend);
    assertEquals(theirs, rules.text());
    assertEquals(0, daemon.stop(), () -> daemon.process().log());
    assertEquals(theirs, rules.text());
    assertEquals("", rules.ours());
  }
}
