// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.CachingStub;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A resolver that remembers, on the host itself: what it answers teaches, whether it asked for that
 * or knew it, over both families, to local processes and to workloads.
 */
final class HostStubIT {
  private static final List<String> INSIDE =
      List.of("127.0.0.1", "::1", Lab.HOST_INSIDE, Lab.HOST_INSIDE6);

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private Lab lab;

  @SuppressWarnings("NullAway.Init")
  private LabDnsProcess upstream;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeEach
  void up() {
    lab = Lab.up();
    lab.web();
    upstream =
        LabDnsProcess.trusted(
            lab,
            "one.good.test. 300 A 198.51.100.11",
            "one.good.test. 300 AAAA 2001:db8:100::11",
            "alias.good.test. 300 CNAME two.other.test.",
            "two.other.test. 300 A 198.51.100.12",
            "two.other.test. 300 AAAA 2001:db8:100::12");
  }

  @AfterEach
  void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private DaemonProcess enforce(Path resources) {
    return DaemonProcess.start(lab, resources);
  }

  private Path resources(String... felix) {
    LabResources resources = LabResources.ofAllEndpoints();
    if (felix.length > 0) {
      resources.felix(felix);
    }
    return resources.allow(List.of(53), "*.good.test").write(lab);
  }

  private void ask(Room room, String stub, String name, String type, String address) {
    String answer =
        lab.exec(room, "dig", "+short", "+tries=1", "+timeout=5", "@" + stub, name, type)
            .orFail()
            .stdout();
    assertTrue(answer.lines().anyMatch(address::equals), () -> stub + ": " + answer);
  }

  /** One that has learnt nothing: neither from before its start nor from a file. */
  private DaemonProcess restartWithoutMemory(DaemonProcess before, Path resources)
      throws IOException {
    assertEquals(0, before.stop(), before.process()::log);
    try (var files = Files.list(before.runDirectory())) {
      for (Path file : files.filter(file -> file.toString().contains("dns-cache")).toList()) {
        Files.delete(file);
      }
    }
    return enforce(resources);
  }

  @ParameterizedTest
  @EnumSource
  void localProcessesLearnFromTheStubThatResolvConfNames(CachingStub software) throws IOException {
    Files.writeString(
        Path.of("/etc/netns", lab.namespace(Room.HOST), "resolv.conf"),
        "nameserver 127.0.0.1\nnameserver ::1\n");
    BackgroundProcess stub = software.start(lab, List.of("127.0.0.1", "::1"));
    Path resources = resources();
    DaemonProcess daemon = enforce(resources);
    LiveStatus status = new LiveStatus(daemon);
    assertEquals(List.of("127.0.0.1:53", "[::1]:53"), status.list("trustedServers"));
    new Connectivity(lab)
        .expectBlocked(Room.HOST, "198.51.100.11", 80, "nothing is learnt yet")
        .expectBlocked(Room.HOST, "2001:db8:100::12", 80, "nothing is learnt yet")
        .check();
    assertEquals("198.51.100.11 80\n", curl("-4", "one.good.test"), stub::log);
    assertEquals("2001:db8:100::11 80\n", curl("-6", "one.good.test"), stub::log);
    ask(Room.HOST, "127.0.0.1", "alias.good.test", "A", "198.51.100.12");
    ask(Room.HOST, "::1", "alias.good.test", "AAAA", "2001:db8:100::12");
    expectBothReachable("the stub asked");

    DaemonProcess second = restartWithoutMemory(daemon, resources);
    upstream.close();
    new Connectivity(lab)
        .expectBlocked(Room.HOST, "198.51.100.12", 80, "it is forgotten")
        .expectBlocked(Room.HOST, "2001:db8:100::12", 80, "it is forgotten")
        .check();
    ask(Room.HOST, "::1", "alias.good.test", "A", "198.51.100.12");
    ask(Room.HOST, "127.0.0.1", "alias.good.test", "AAAA", "2001:db8:100::12");
    expectBothReachable("the stub remembered");
    second.close();
    stub.close();
  }

  private void expectBothReachable(String why) {
    new Connectivity(lab)
        .expectReachable(Room.HOST, "198.51.100.12", 80, why)
        .expectReachable(Room.HOST, "2001:db8:100::12", 80, why)
        .check();
  }

  private String curl(String family, String name) {
    return lab.exec(Room.HOST, "curl", "-sS", family, "--max-time", "10", "http://" + name + "/")
        .stdout();
  }

  @ParameterizedTest
  @EnumSource
  void workloadsLearnFromTheResolverOnTheirGateway(CachingStub software) throws IOException {
    BackgroundProcess stub = software.start(lab, INSIDE);
    Path resources =
        resources(
            "dnsTrustedServers: [10.65.0.1, 'fd65::1']", "defaultEndpointToHostAction: Accept");
    DaemonProcess daemon = enforce(resources);
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, "198.51.100.11", 80, "nothing is learnt yet")
        .expectBlocked(Room.WORKLOAD, "2001:db8:100::12", 80, "nothing is learnt yet")
        .check();
    ask(Room.WORKLOAD, Lab.HOST_INSIDE, "one.good.test", "A", "198.51.100.11");
    ask(Room.WORKLOAD, Lab.HOST_INSIDE6, "alias.good.test", "AAAA", "2001:db8:100::12");
    expectReachableFromTheWorkload("the resolver asked");

    DaemonProcess second = restartWithoutMemory(daemon, resources);
    upstream.close();
    long learnt = new LiveStatus(second).count(Counter.DNS_REPLIES_LEARNT);
    assertEquals(0, learnt);
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, "198.51.100.11", 80, "it is forgotten")
        .expectBlocked(Room.WORKLOAD, "2001:db8:100::12", 80, "it is forgotten")
        .check();
    ask(Room.WORKLOAD, Lab.HOST_INSIDE6, "one.good.test", "A", "198.51.100.11");
    ask(Room.WORKLOAD, Lab.HOST_INSIDE, "alias.good.test", "AAAA", "2001:db8:100::12");
    expectReachableFromTheWorkload("the resolver remembered");
    assertEquals(2, new LiveStatus(second).count(Counter.DNS_REPLIES_LEARNT), stub::log);
    second.close();
    stub.close();
  }

  private void expectReachableFromTheWorkload(String why) {
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, "198.51.100.11", 80, why)
        .expectReachable(Room.WORKLOAD, "2001:db8:100::12", 80, why)
        .check();
  }
}
