// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the kernel accepts by itself: the flows that policy allows by a learnt name, without a trip
 * to the queue, for as long as policy would allow them and no longer.
 *
 * <p>Each daemon here says for itself whether it uses the fast path.
 */
final class FastPathIT {
  private static final String SITE = "198.51.100.21";
  private static final String SITE6 = "2001:db8:100::21";
  private static final String OTHER = "198.51.100.22";
  private static final String UNKNOWN = "198.51.100.23";
  private static final String SHORT = "198.51.100.24";
  private static final String BY_NET = LabResources.ALLOWED_BY_NET;

  private static final String WEB =
      "{action: Allow, protocol: TCP, destination: {domains: ['*.test'], ports: [80]}}";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private Lab lab;

  @SuppressWarnings("NullAway.Init")
  private LiveResources live;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeEach
  void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(
        lab,
        "site.test. 300 A " + SITE,
        "site.test. 300 AAAA " + SITE6,
        "other.test. 300 A " + OTHER,
        "long.test. 900 A 198.51.100.25",
        "longer.test. 1000 A 198.51.100.26",
        "short.test. 2 A " + SHORT);
  }

  @AfterEach
  void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private void start(String settings, String text) throws IOException {
    Path directory = Files.createDirectory(lab.work().resolve("fast-path"));
    Files.writeString(
        directory.resolve("settings.yaml"),
        """
        apiVersion: namegate.dev/v1
        kind: NamegateConfiguration
        metadata: {name: node.lab}
        spec: {%s}
        """
            .formatted(settings));
    Files.writeString(directory.resolve("policy.yaml"), text);
    live = LiveResources.start(lab, directory);
  }

  private void start(String text) throws IOException {
    start("kernelFastPath: Enabled", text);
  }

  /** All endpoints may look names up; those that the selector picks may do what the rules say. */
  private static String policy(String selector, String... rules) {
    return PolicyDocuments.felix("dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']")
        + PolicyDocuments.workload()
        + PolicyDocuments.workload()
            .replace("k8s-wl-eth0", "k8s-wl2-eth0")
            .replace("pod: wl", "pod: wl2")
            .replace("is: workload", "is: neighbour")
            .replace("cali-wl", "cali-wl2")
            .replace("10.65.0.2", "10.65.0.3")
            .replace("fd65::2", "fd65::3")
        + PolicyDocuments.host("eth0", "interfaceName: eth0")
        + PolicyDocuments.policy(
            "lookups",
            "all()",
            "order: 1, egress: [{action: Allow, protocol: UDP, destination: {ports: [53]}}]")
        + PolicyDocuments.policy(
            "names", selector, "order: 2, egress: [" + String.join(", ", rules) + "]");
  }

  private void resolve(Room room, String name, String type) {
    lab.exec(room, "dig", "+short", "+tries=1", "@192.0.2.53", name, type).orFail();
  }

  private boolean reaches(Room room, String address, int port) {
    return new Connectivity(lab).probe(room, address, port) == Connectivity.Outcome.REACHED;
  }

  private void assertReaches(Room room, String address, int port) {
    assertTrue(reaches(room, address, port), () -> sets() + live.status().text());
  }

  private void assertBlocked(Room room, String address, int port) {
    assertTrue(!reaches(room, address, port), () -> sets() + live.status().text());
  }

  private long queued() {
    return live.status().count(Counter.FLOWS_RECEIVED);
  }

  /** Reached, without a packet in the queue. */
  private void assertReachesUnqueued(Room room, String address, int port) {
    long before = queued();
    assertReaches(room, address, port);
    assertEquals(before, queued(), () -> room + " to " + address + ": " + sets());
  }

  private String sets() {
    return lab.exec(Room.HOST, "sh", "-c", "ipset save | grep -v ng-src").stdout();
  }

  /** How many entries there are with this in it. */
  private long entries(String text) {
    return sets().lines().filter(line -> line.startsWith("add ") && line.contains(text)).count();
  }

  private void awaitEntry(String entry) {
    LiveStatus.await(() -> sets().contains("add " + entry), this::sets);
  }

  @Test
  void flowsThatFollowALookupAreAcceptedInTheKernel() throws IOException {
    start(policy("all()", WEB));
    resolve(Room.WORKLOAD, "site.test", "A");
    resolve(Room.WORKLOAD, "site.test", "AAAA");
    assertTrue(sets().contains("add ng-wl4 " + SITE + ",tcp:80,10.65.0.2 timeout "), this::sets);
    assertReachesUnqueued(Room.WORKLOAD, SITE, 80);
    assertReachesUnqueued(Room.WORKLOAD, SITE6, 80);
    assertEquals(2, entries("tcp:80"), this::sets);
    assertTrue(live.status().fact("fastPathEntries") >= 2);
  }

  @Test
  void anotherPortIsQueuedAndDenied() throws IOException {
    start(policy("all()", WEB));
    resolve(Room.WORKLOAD, "site.test", "A");
    long denied = live.status().count(Counter.FLOWS_DENIED);
    assertBlocked(Room.WORKLOAD, SITE, 443);
    assertTrue(live.status().count(Counter.FLOWS_DENIED) > denied);
  }

  @Test
  void whatOneWorkloadMayAnotherMayNot() throws IOException {
    start(policy("is == 'workload'", WEB));
    resolve(Room.WORKLOAD, "site.test", "A");
    resolve(Room.WORKLOAD2, "site.test", "A");
    assertReachesUnqueued(Room.WORKLOAD, SITE, 80);
    assertBlocked(Room.WORKLOAD2, SITE, 80);
    assertEquals(1, entries(SITE), this::sets);
  }

  @Test
  void aWorkloadThatDidNotAskIsTakenUpAfterItsFirstFlow() throws IOException {
    start(policy("all()", WEB));
    resolve(Room.WORKLOAD, "site.test", "A");
    long before = queued();
    assertReaches(Room.WORKLOAD2, SITE, 80);
    assertTrue(queued() > before, "its first flow is queued");
    awaitEntry("ng-wl4 " + SITE + ",tcp:80,10.65.0.3");
    assertReachesUnqueued(Room.WORKLOAD2, SITE, 80);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eth0", "'*'"})
  void whatTheHostLooksUpIsAcceptedFromTheHost(String interfaceName) throws IOException {
    start(
        policy("all()", WEB)
            .replace("interfaceName: eth0}", "interfaceName: " + interfaceName + "}"));
    resolve(Room.HOST, "site.test", "A");
    resolve(Room.HOST, "site.test", "AAAA");
    assertReachesUnqueued(Room.HOST, SITE, 80);
    assertReachesUnqueued(Room.HOST, SITE6, 80);
    assertBlocked(Room.HOST, SITE, 443);
    assertBlocked(Room.HOST, UNKNOWN, 80);
  }

  @Test
  void anEndpointForAllInterfacesHasNoSayAboutOneWithItsOwn() throws IOException {
    start(policy("is == 'all'", WEB) + PolicyDocuments.host("all", "interfaceName: '*'"));
    resolve(Room.HOST, "site.test", "A");
    assertBlocked(Room.HOST, SITE, 80);
  }

  @Test
  void entriesGoWhenTheAnswerIsOver() throws IOException {
    start(policy("all()", WEB));
    resolve(Room.WORKLOAD, "short.test", "A");
    LiveStatus.await(() -> !sets().contains(SHORT), this::sets);
    LiveStatus.await(() -> !reaches(Room.WORKLOAD, SHORT, 80), this::sets);
    assertTrue(live.status().count(Counter.FAST_PATH_ADDED) > 0);
    assertEquals(0, live.status().count(Counter.FAST_PATH_DELETED), "the kernel did it by itself");
  }

  @Test
  void whatTheCacheHasNoRoomForLeavesTheKernel() throws IOException {
    start("kernelFastPath: Enabled, maxAddresses: 2", policy("all()", WEB));
    resolve(Room.WORKLOAD, "site.test", "A");
    assertReachesUnqueued(Room.WORKLOAD, SITE, 80);
    resolve(Room.WORKLOAD, "long.test", "A");
    resolve(Room.WORKLOAD, "longer.test", "A");
    assertEquals(0, entries(SITE), this::sets);
    assertEquals(2, entries("tcp:80"), this::sets);
    assertBlocked(Room.WORKLOAD, SITE, 80);
    assertReachesUnqueued(Room.WORKLOAD, "198.51.100.25", 80);
  }

  @Test
  void aReloadThatTakesTheNameAwayHoldsForTheNextFlow() throws IOException {
    start(policy("all()", WEB));
    resolve(Room.WORKLOAD, "site.test", "A");
    resolve(Room.HOST, "site.test", "A");
    assertReachesUnqueued(Room.WORKLOAD, SITE, 80);
    live.enforce(policy("all()", WEB.replace("*.test", "other.test")));
    assertTrue(!sets().contains(SITE), this::sets);
    assertBlocked(Room.WORKLOAD, SITE, 80);
    assertBlocked(Room.HOST, SITE, 80);
    live.enforce(policy("all()", WEB));
    assertReaches(Room.WORKLOAD, SITE, 80);
    awaitEntry("ng-wl4 " + SITE + ",tcp:80,10.65.0.2");
    assertReachesUnqueued(Room.WORKLOAD, SITE, 80);
  }

  @Test
  void aDaemonThatWasKilledLeavesNothingForItsSuccessor() throws IOException {
    start(policy("all()", WEB));
    resolve(Room.WORKLOAD, "site.test", "A");
    live.daemon().kill();
    assertTrue(sets().contains(SITE), this::sets);
    live.write("policy.yaml", policy("all()", WEB.replace("*.test", "other.test")));
    try (DaemonProcess next = DaemonProcess.start(lab, live.directory())) {
      assertTrue(!sets().contains(SITE), this::sets);
      assertBlocked(Room.WORKLOAD, SITE, 80);
    }
  }

  @Test
  void fullSetsLeaveTheDecisionToTheQueue() throws IOException {
    start("kernelFastPath: Enabled, maxFastPathEntries: 1", policy("all()", WEB));
    for (String name : List.of("site.test", "other.test")) {
      resolve(Room.WORKLOAD, name, "A");
      resolve(Room.HOST, name, "A");
    }
    for (Room room : List.of(Room.WORKLOAD, Room.HOST)) {
      assertReaches(room, SITE, 80);
      assertReaches(room, OTHER, 80);
      assertBlocked(room, UNKNOWN, 80);
      assertBlocked(room, OTHER, 443);
    }
    assertTrue(live.status().count(Counter.FAST_PATH_EVICTED) > 0);
    assertEquals(1, live.status().fact("fastPathEntries"), this::sets);
  }

  @Test
  void aFlowThatIsNeverAnsweredLeavesTheQueue() throws IOException {
    lab.exec(Room.NET, "iptables", "-A", "INPUT", "-p", "udp", "--dport", "9000", "-j", "DROP")
        .orFail();
    String net = LabResources.ALLOWED_NET;
    start(policy("all()", "{action: Allow, destination: {nets: ['" + net + "']}}"));
    String send = "(for i in 1 2 3 4 5 6 7 8 9; do echo $i; sleep 0.1; done) | nc -u -w 1 ";
    lab.exec(Room.WORKLOAD, "sh", "-c", send + BY_NET + " 9000");
    awaitEntry("ng-wl4 " + BY_NET + ",udp:9000,10.65.0.2");
    long before = queued();
    lab.exec(Room.WORKLOAD, "sh", "-c", send + BY_NET + " 9000");
    assertEquals(before, queued(), this::sets);
  }

  @Test
  void flowsThatAreLoggedGoThroughTheQueueEachTime() throws IOException {
    start(policy("all()", "{action: Log, protocol: TCP}", WEB));
    resolve(Room.WORKLOAD, "site.test", "A");
    for (int i = 0; i < 2; i++) {
      long before = queued();
      assertReaches(Room.WORKLOAD, SITE, 80);
      assertTrue(queued() > before);
    }
    assertEquals(0, entries("tcp"), this::sets);
  }

  /** With the fast path and without, before a lookup and after, twice, so that sets are filled. */
  @ParameterizedTest
  @ValueSource(strings = {"Enabled", "Disabled"})
  void verdictsAreTheSameWithAndWithout(String fastPath) throws IOException {
    start(
        "kernelFastPath: " + fastPath,
        policy(
            "is != 'neighbour'",
            "{action: Deny, protocol: TCP, source: {ports: [1]}, destination: {ports: [81]}}",
            WEB,
            "{action: Deny, destination: {nets: ['"
                + BY_NET
                + "/32'], ports: [443]}, protocol: TCP}",
            "{action: Allow, destination: {nets: ['" + LabResources.ALLOWED_NET + "']}}"));
    assertVerdicts(false);
    for (Room room : List.of(Room.WORKLOAD, Room.WORKLOAD2, Room.HOST)) {
      resolve(room, "site.test", "A");
      resolve(room, "site.test", "AAAA");
    }
    for (int i = 0; i < 2; i++) {
      assertVerdicts(true);
    }
    assertEquals(fastPath.equals("Enabled"), live.status().fact("fastPathEntries") > 0, this::sets);
  }

  private void assertVerdicts(boolean looked) {
    Connectivity expected = new Connectivity(lab);
    for (Room room : List.of(Room.WORKLOAD, Room.HOST)) {
      for (String site : List.of(SITE, SITE6)) {
        if (looked) {
          expected.expectReachable(room, site, 80, "looked up");
        } else {
          expected.expectBlocked(room, site, 80, "not looked up yet");
        }
        expected.expectBlocked(room, site, 443, "another port");
      }
      expected
          .expectReachable(room, BY_NET, 80, "by its address")
          .expectBlocked(room, BY_NET, 443, "denied before")
          .expectBlocked(room, OTHER, 80, "nobody asked");
    }
    expected
        .expectBlocked(Room.WORKLOAD2, SITE, 80, "no rule is for it")
        .expectBlocked(Room.WORKLOAD2, BY_NET, 80, "no rule is for it")
        .check();
  }
}
