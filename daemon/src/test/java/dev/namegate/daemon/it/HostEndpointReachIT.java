// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static dev.namegate.daemon.it.PolicyDocuments.allow;
import static dev.namegate.daemon.it.PolicyDocuments.felix;
import static dev.namegate.daemon.it.PolicyDocuments.host;
import static dev.namegate.daemon.it.PolicyDocuments.policy;
import static dev.namegate.daemon.it.PolicyDocuments.workload;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.BackgroundProcess;
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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How far the host endpoint for all interfaces reaches: what is forwarded, loopback, and workloads;
 * and what IPv6 has of its own.
 */
final class HostEndpointReachIT {
  private static final String SITE = "198.51.100.21";
  private static final String OTHER = "198.51.100.22";
  private static final String SITE6 = "2001:db8:100::21";
  private static final String OTHER6 = "2001:db8:100::22";

  /** Servers of the host and of both workloads listen here. */
  private static final int ECHO = 7100;

  private static final String ALL = "interfaceName: '*'";
  private static final String DENY = "applyOnForward: true, egress: [{action: Deny}]";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static LiveResources live;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() throws IOException {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(lab, "site.test. 300 A " + SITE, "site.test. 300 AAAA " + SITE6);
    for (Room room : List.of(Room.HOST, Room.WORKLOAD, Room.WORKLOAD2)) {
      BackgroundProcess unused = lab.startJava(room, TcpSink.class, Integer.toString(ECHO));
    }
    Path directory = Files.createDirectory(lab.work().resolve("reach"));
    Files.writeString(directory.resolve("all.yaml"), host("all", ALL));
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

  private static int dig(String server) {
    return lab.exec(Room.HOST, "dig", "+short", "+tries=1", "+timeout=1", "@" + server, "site.test")
        .exit();
  }

  @Test
  @DisplayName("H6: applyOnForward on all interfaces judges what leaves by any of them")
  void judgesForwardedTrafficOnAllInterfaces() throws IOException {
    String one = "{action: Allow, destination: {nets: ['" + SITE + "/32']}}";
    String other = "{action: Allow, destination: {nets: ['" + SITE6 + "/128']}}";
    live.enforce(
        felix("interfacePrefix: tap")
            + host("all", ALL)
            + policy(
                "site", "all()", "applyOnForward: true, egress: [" + one + ", " + other + "]"));
    expect()
        .expectReachable(Room.WORKLOAD, SITE, 80, "allowed")
        .expectReachable(Room.WORKLOAD, SITE6, 80, "allowed")
        .expectBlocked(Room.WORKLOAD, OTHER, 80, "no rule allows it")
        .expectBlocked(Room.WORKLOAD, OTHER6, 80, "no rule allows it")
        .expectBlocked(Room.WORKLOAD, "10.65.0.3", ECHO, "that interface is a host endpoint's too")
        .check();
  }

  @Test
  @DisplayName("H6: an interface with a host endpoint of its own is not judged by that for all")
  void theSpecificEndpointForwards() throws IOException {
    live.enforce(
        felix("interfacePrefix: tap")
            + host("all", ALL)
            + host("eth0", "interfaceName: eth0")
            + policy("none", "is == 'all'", DENY));
    expect()
        .expectReachable(Room.WORKLOAD, SITE, 80, "no policy of eth0's is for forwarded traffic")
        .expectBlocked(Room.HOST, SITE, 80, "the host itself is denied by default")
        .expectBlocked(Room.WORKLOAD, "10.65.0.3", ECHO, "by another interface")
        .check();
  }

  @Test
  @DisplayName("H6: failsafe ports and profiles are not for what is forwarded")
  void failsafesAreNotForForwardedTraffic() throws IOException {
    String failsafe = "failsafeOutboundHostPorts: [{protocol: tcp, port: 80}]";
    String profile = ALL + ", profiles: [projectcalico-default-allow]";
    live.enforce(
        felix("interfacePrefix: tap, " + failsafe)
            + host("all", profile)
            + policy("none", "all()", DENY));
    expect()
        .expectReachable(Room.HOST, SITE, 80, "a failsafe port")
        .expectReachable(Room.HOST, SITE6, 80, "a failsafe port")
        .expectBlocked(Room.HOST, SITE, 443, "no failsafe port")
        .expectBlocked(Room.WORKLOAD, SITE, 80, "forwarded")
        .expectBlocked(Room.WORKLOAD, SITE6, 80, "forwarded")
        .check();
  }

  @Test
  @DisplayName("H4: the failsafe for UDP 53 holds for IPv6 too")
  void failsafesHoldForBothFamilies() throws IOException {
    live.enforce(host("all", ALL) + policy("none", "all()", DENY));
    assertEquals(0, dig(Lab.TRUSTED));
    assertEquals(0, dig(Lab.TRUSTED6));
    expect().expectBlocked(Room.HOST, SITE6, 80, "anything else is denied").check();
  }

  @Test
  @DisplayName("H10: what is forwarded to a workload is not for the host endpoint's egress policy")
  void forwardsToWorkloads() throws IOException {
    live.enforce(host("all", ALL) + workload() + policy("none", "is == 'all'", DENY));
    expect()
        .expectReachable(Room.NET, "10.65.0.2", ECHO, "forwarded to a workload")
        .expectReachable(Room.NET, "fd65::2", ECHO, "forwarded to a workload")
        .expectReachable(Room.HOST, "10.65.0.2", ECHO, "from the host")
        .check();
  }

  @Test
  void loopbackIsExempt() throws IOException {
    live.enforce(
        host("all", ALL) + host("lo", "interfaceName: lo") + policy("none", "all()", DENY));
    expect()
        .expectReachable(Room.HOST, "127.0.0.1", ECHO, "loopback")
        .expectReachable(Room.HOST, "::1", ECHO, "loopback")
        .expectReachable(Room.HOST, "192.0.2.1", ECHO, "an address of its own goes by loopback")
        .expectBlocked(Room.HOST, SITE, 80, "anything else")
        .check();
  }

  @Test
  void anUnknownWorkloadIsNotForwardedEvenWhereTheHostEndpointAllowsIt() throws IOException {
    live.enforce(
        host("all", ALL)
            + policy("all", "all()", "applyOnForward: true, egress: [{action: Allow}]")
            + workload());
    expect()
        .expectReachable(Room.WORKLOAD, SITE, 80, "both allow it")
        .expectBlocked(Room.WORKLOAD2, SITE, 80, "no endpoint is for its interface")
        .expectBlocked(Room.WORKLOAD2, SITE6, 80, "no endpoint is for its interface")
        .check();
  }

  @Test
  @DisplayName("H6: two policies, one trip through the queue")
  void aFlowOfTwoPoliciesIsCountedOnce() throws IOException {
    live.enforce(
        host("eth0", "interfaceName: eth0")
            + workload()
            + policy("site", "all()", "applyOnForward: true, " + allow(SITE + "/32")));
    long before = live.status().count(Counter.FLOWS_ALLOWED);
    expect().expectReachable(Room.WORKLOAD, SITE, 80, "both allow it").check();
    live.status().await(Counter.FLOWS_ALLOWED, now -> now > before);
    assertEquals(before + 1, live.status().count(Counter.FLOWS_ALLOWED));
  }
}
