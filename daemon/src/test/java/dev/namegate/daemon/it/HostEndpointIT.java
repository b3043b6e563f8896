// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static dev.namegate.daemon.it.PolicyDocuments.allow;
import static dev.namegate.daemon.it.PolicyDocuments.felix;
import static dev.namegate.daemon.it.PolicyDocuments.host;
import static dev.namegate.daemon.it.PolicyDocuments.object;
import static dev.namegate.daemon.it.PolicyDocuments.policy;
import static dev.namegate.daemon.it.PolicyDocuments.workload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.lab.TcpSink;
import dev.namegate.daemon.stats.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Host endpoints, on real packets: which one an interface is, what is denied and allowed by
 * default, failsafes, and what is forwarded.
 *
 * <p>Where a test needs traffic that the host forwards and no workload sends, it says that
 * workloads' interfaces are called {@code tap}: then those of the lab's rooms are any interfaces.
 */
final class HostEndpointIT {
  private static final String SITE = "198.51.100.21";
  private static final String OTHER = "198.51.100.22";

  /** Servers of the host and of the workload listen here. */
  private static final int ECHO = 7100;

  private static final String SITE6 = "2001:db8:100::21";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static LiveResources live;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() throws IOException {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(lab, "site.test. 300 A " + SITE);
    for (Room room : List.of(Room.HOST, Room.WORKLOAD)) {
      lab.startJava(room, TcpSink.class, Integer.toString(ECHO)).awaitReady(Duration.ofSeconds(30));
    }
    Path directory = Files.createDirectory(lab.work().resolve("host-endpoints"));
    Files.writeString(directory.resolve("all.yaml"), host("eth0", "interfaceName: eth0"));
    live = LiveResources.start(lab, directory);
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static Connectivity expect() {
    return new Connectivity(lab);
  }

  @ParameterizedTest(name = "H1: {0} and {1}: {2} counts")
  @CsvSource({
    "b;interfaceName: eth0, a;interfaceName: eth0, a",
    "b;interfaceName: eth0, a;expectedIPs: [192.0.2.1], a",
    "b;expectedIPs: [192.0.2.1], c;interfaceName: eth0, b",
    "a;interfaceName: '*', b;interfaceName: eth0, b",
    "a;interfaceName: '*', b;expectedIPs: [192.0.2.1], b",
    "a;interfaceName: '*', b;interfaceName: eth9, a",
    "b;interfaceName: '*', a;interfaceName: '*', a"
  })
  void theSmallestNameOfTheMostSpecificCounts(String one, String two, String counts)
      throws IOException {
    String[] first = one.split(";", 2);
    String[] second = two.split(";", 2);
    live.enforce(
        host(first[0], first[1])
            + host(second[0], second[1])
            + policy("site", "is == '" + counts + "'", allow(SITE + "/32"))
            + policy("other", "is != '" + counts + "'", allow(OTHER + "/32")));
    expect()
        .expectReachable(Room.HOST, SITE, 80, counts + " counts")
        .expectBlocked(Room.HOST, OTHER, 80, "only another one allows it")
        .check();
  }

  @Test
  @DisplayName("H2: what the host opens is denied by default, what it forwards is allowed")
  void deniesLocalAndAllowsForwardedByDefault() throws IOException {
    live.enforce(felix("interfacePrefix: tap") + host("eth0", "interfaceName: eth0"));
    expect()
        .expectBlocked(Room.HOST, SITE, 80, "no policy allows it")
        .expectBlocked(Room.HOST, SITE6, 80, "no policy allows it")
        .expectReachable(Room.WORKLOAD, SITE, 80, "forwarded")
        .expectReachable(Room.WORKLOAD, SITE6, 80, "forwarded")
        .check();
  }

  @Test
  @DisplayName("H3: projectcalico-default-allow allows what no policy denies")
  void theDefaultAllowProfileAllows() throws IOException {
    String profile = "interfaceName: eth0, profiles: [projectcalico-default-allow]";
    live.enforce(host("eth0", profile));
    expect().expectReachable(Room.HOST, SITE, 80, "the profile allows").check();
    live.enforce(host("eth0", profile) + policy("one", "all()", allow(SITE + "/32")));
    expect()
        .expectReachable(Room.HOST, SITE, 80, "the policy allows")
        .expectBlocked(Room.HOST, OTHER, 80, "the tier ends before the profile")
        .check();
  }

  private static int dig(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of("dig", "+short", "+tries=1", "+timeout=1", "@192.0.2.53", "site.test"));
    command.addAll(List.of(more));
    return lab.exec(Room.HOST, command.toArray(String[]::new)).exit();
  }

  @Test
  @DisplayName("H4: failsafes pass a policy that denies all: UDP 53 does, TCP 53 does not")
  void failsafesPassADenial() throws IOException {
    live.enforce(
        host("eth0", "interfaceName: eth0") + policy("none", "all()", "egress: [{action: Deny}]"));
    assertEquals(0, dig(), "UDP");
    assertTrue(dig("+tcp") != 0, "TCP");
  }

  @Test
  @DisplayName("H5: failsafes can be emptied, replaced and bound to a net")
  void failsafesCanBeReplaced() throws IOException {
    String endpoint = host("eth0", "interfaceName: eth0");
    live.enforce(endpoint + felix("failsafeOutboundHostPorts: []"));
    assertTrue(dig() != 0, "there is none");
    live.enforce(
        endpoint
            + felix(
                "failsafeOutboundHostPorts: [{protocol: tcp, port: 80, net: " + SITE + "/32}]"));
    assertTrue(dig() != 0, "the default ones are replaced");
    expect()
        .expectReachable(Room.HOST, SITE, 80, "in the net")
        .expectBlocked(Room.HOST, SITE, 443, "another port")
        .expectBlocked(Room.HOST, OTHER, 80, "not in the net")
        .check();
  }

  @Test
  @DisplayName("H6: forwarded traffic is judged by policies with applyOnForward alone")
  void judgesForwardedTrafficWhereAPolicyAppliesToIt() throws IOException {
    String base = felix("interfacePrefix: tap") + host("eth0", "interfaceName: eth0");
    live.enforce(base + policy("site", "all()", allow(SITE + "/32")));
    expect().expectReachable(Room.WORKLOAD, OTHER, 80, "the policy is for the host only").check();

    live.enforce(base + policy("site", "all()", "applyOnForward: true, " + allow(SITE + "/32")));
    expect()
        .expectReachable(Room.WORKLOAD, SITE, 80, "allowed")
        .expectBlocked(Room.WORKLOAD, OTHER, 80, "the policy is for forwarded traffic, too")
        .expectBlocked(Room.WORKLOAD, SITE6, 80, "the policy is for forwarded traffic, too")
        .expectReachable(Room.HOST, SITE, 80, "allowed")
        .expectBlocked(Room.HOST, OTHER, 80, "the policy is for the host, too")
        .check();
  }

  @Test
  @DisplayName("H6: what a workload sends out of a host endpoint needs the leave of both")
  void aWorkloadNeedsTheLeaveOfBoth() throws IOException {
    String base = host("eth0", "interfaceName: eth0") + workload();
    String both = "egress: [{action: Allow, destination: {nets: [198.51.100.0/24]}}]";
    live.enforce(
        base
            + policy("workload", "is == 'workload'", both)
            + policy("host", "is == 'eth0'", "applyOnForward: true, " + allow(SITE + "/32")));
    expect()
        .expectReachable(Room.WORKLOAD, SITE, 80, "both allow it")
        .expectBlocked(Room.WORKLOAD, OTHER, 80, "the host endpoint does not")
        .check();
    live.enforce(
        base
            + policy("workload", "is == 'workload'", allow(SITE + "/32"))
            + policy("host", "is == 'eth0'", "applyOnForward: true, " + both));
    expect()
        .expectReachable(Room.WORKLOAD, SITE, 80, "both allow it")
        .expectBlocked(Room.WORKLOAD, OTHER, 80, "the workload's policy does not")
        .expectReachable(Room.HOST, OTHER, 80, "not the workload's")
        .check();
  }

  @Test
  @DisplayName("H8: doNotTrack on a host endpoint for all interfaces has no effect, and a notice")
  void doNotTrackOnAllInterfacesIsIgnored() throws IOException {
    live.enforce(
        host("all", "interfaceName: '*', profiles: [projectcalico-default-allow]")
            + policy(
                "raw",
                "all()",
                "doNotTrack: true, applyOnForward: true, egress: [{action: Deny}]"));
    expect().expectReachable(Room.HOST, SITE, 80, "the profile allows").check();
    String problems = live.status().list("problems").toString();
    assertTrue(problems.contains("GlobalNetworkPolicy(raw)"), problems);
    assertTrue(problems.contains("doNotTrack"), problems);
  }

  @Test
  @DisplayName("H10: the host reaches its own workloads whatever policy says")
  void theHostReachesItsWorkloads() throws IOException {
    live.enforce(
        host("all", "interfaceName: '*'")
            + workload()
            + policy("none", "all()", "applyOnForward: true, egress: [{action: Deny}]"));
    expect()
        .expectReachable(Room.HOST, "10.65.0.2", ECHO, "its own workload")
        .expectReachable(Room.HOST, "fd65::2", ECHO, "its own workload")
        .expectBlocked(Room.HOST, SITE, 80, "no workload of its own")
        .expectBlocked(Room.WORKLOAD, SITE, 80, "denied")
        .check();
  }

  @Test
  @DisplayName("E2: a tier that governs egress drops nothing that comes in")
  void anEgressTierDropsNothingThatComesIn() throws IOException {
    live.enforce(
        host("eth0", "interfaceName: eth0")
            + workload()
            + policy("none", "all()", "egress: [{action: Deny}]"));
    expect()
        .expectReachable(Room.NET, "192.0.2.1", ECHO, "to the host")
        .expectReachable(Room.NET, "10.65.0.2", ECHO, "to a workload")
        .expectBlocked(Room.HOST, SITE, 80, "out of the host")
        .expectBlocked(Room.WORKLOAD, SITE, 80, "out of the workload")
        .check();
  }

  @ParameterizedTest(name = "defaultEndpointToHostAction: {0}")
  @CsvSource({"Drop, false", "Return, true", "Accept, true"})
  void whatAWorkloadSendsToTheHostIsDroppedUnlessConfigured(String action, boolean allowed)
      throws IOException {
    live.enforce(
        felix("defaultEndpointToHostAction: " + action)
            + workload()
            + policy("inside", "all()", allow(Lab.HOST_INSIDE + "/32")));
    Connectivity expected = expect().expectBlocked(Room.WORKLOAD, "192.0.2.1", ECHO, "no policy");
    if (allowed) {
      expected.expectReachable(Room.WORKLOAD, Lab.HOST_INSIDE, ECHO, "policy allows it");
    } else {
      expected.expectBlocked(Room.WORKLOAD, Lab.HOST_INSIDE, ECHO, "whatever policy allows");
    }
    expected.check();
  }

  @Test
  void anUnknownWorkloadsTrafficIsDropped() throws IOException {
    live.enforce(host("eth0", "interfaceName: eth0, profiles: [projectcalico-default-allow]"));
    expect()
        .expectBlocked(Room.WORKLOAD, SITE, 80, "no endpoint is for its interface")
        .expectReachable(Room.HOST, SITE, 80, "the profile allows")
        .check();
  }

  @Test
  @DisplayName("H1: an endpoint by address follows the address to another interface")
  void anEndpointByAddressFollowsIt() throws IOException {
    live.enforce(host("moving", "expectedIPs: [192.0.2.9]"));
    expect().expectReachable(Room.HOST, SITE, 80, "no interface has the address").check();
    lab.exec(Room.HOST, "ip", "address", "add", "192.0.2.9/32", "dev", "eth0").orFail();
    try {
      LiveStatus.await(
          () -> new Connectivity(lab).probe(Room.HOST, SITE, 80) != Connectivity.Outcome.REACHED,
          () -> live.status().text());
    } finally {
      lab.exec(Room.HOST, "ip", "address", "del", "192.0.2.9/32", "dev", "eth0").orFail();
    }
    LiveStatus.await(
        () -> new Connectivity(lab).probe(Room.HOST, SITE, 80) == Connectivity.Outcome.REACHED,
        () -> live.status().text());
  }

  @Test
  @DisplayName("E6: a staged policy denies nothing, and is seen to")
  void stagedPoliciesAreCountedOnly() throws IOException {
    live.enforce(
        host("eth0", "interfaceName: eth0, profiles: [projectcalico-default-allow]")
            + object(
                "StagedGlobalNetworkPolicy",
                "none",
                "",
                "selector: all(), types: [Egress], egress: [{action: Deny}]"));
    long before = live.status().count(Counter.FLOWS_PENDING_DENIED);
    expect().expectReachable(Room.HOST, SITE, 80, "staged").check();
    live.status().await(Counter.FLOWS_PENDING_DENIED, now -> now > before);
  }
}
