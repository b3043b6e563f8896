// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workloads' interfaces come and go while the daemon runs; the name says whose they are. */
final class InterfacesIT {
  private static final String NAMED = "198.51.100.11";
  private static final String DENIED = "198.51.100.12";

  /** In the net that only the second workload may reach. */
  private static final String SECONDS_ONLY = "198.51.100.130";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private Lab lab;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeEach
  void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(lab, "named.good.test. 300 A " + NAMED);
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: [192.0.2.53]", "iptablesBackend: NFT")
            .allowNet("interface == 'cali-wl2'", "198.51.100.128/26")
            .allow(List.of(53), "*.good.test");
    // It ends with the lab.
    DaemonProcess unused = DaemonProcess.start(lab, resources.write(lab));
  }

  @AfterEach
  void down() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void interfaceThatCameBackUnderItsNameIsEnforcedAtOnce() {
    resolve(Room.WORKLOAD);
    assertFirstIsEnforced();
    int before = index("cali-wl");
    detach("cali-wl");
    // Index 0 lets the kernel choose.
    attach("cali-wl", 0, Room.WORKLOAD, "10.65.0.2", "fd65::2");
    assertNotEquals(before, index("cali-wl"));
    assertFirstIsEnforced();
    resolve(Room.WORKLOAD);
    assertFirstIsEnforced();
  }

  private void assertFirstIsEnforced() {
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, NAMED, 80, "learnt")
        .expectReachable(Room.WORKLOAD, LabResources.ALLOWED_BY_NET, 80, "allowed by number")
        .expectReachable(Room.WORKLOAD, LabResources.ALLOWED_BY_NET6, 80, "allowed by number")
        .expectBlocked(Room.WORKLOAD, DENIED, 80, "denied")
        .expectBlocked(Room.WORKLOAD, SECONDS_ONLY, 80, "the other workload's")
        .check();
  }

  /** What was known of an index does not stick to it. */
  @Test
  void interfaceWithTheFormerIndexOfAnotherIsJudgedByItsOwnName() {
    assertOnlyTheSecondHasItsNet();
    int first = index("cali-wl");
    int second = index("cali-wl2");
    detach("cali-wl");
    detach("cali-wl2");
    attach("cali-wl", second, Room.WORKLOAD, "10.65.0.2", "fd65::2");
    attach("cali-wl2", first, Room.WORKLOAD2, "10.65.0.3", "fd65::3");
    assertOnlyTheSecondHasItsNet();
  }

  private void assertOnlyTheSecondHasItsNet() {
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD2, SECONDS_ONLY, 80, "its policy")
        .expectBlocked(Room.WORKLOAD, SECONDS_ONLY, 80, "no policy of its")
        .check();
  }

  @Test
  void interfaceThatNoEndpointNamesGetsNothingThrough() {
    expectFromSecond(true, "cali-wl2 is an endpoint");
    detach("cali-wl2");
    attach("cali-new", 0, Room.WORKLOAD2, "10.65.0.3", "fd65::3");
    expectFromSecond(false, "cali-new is no endpoint");
    detach("cali-new");
    attach("cali-wl2", 0, Room.WORKLOAD2, "10.65.0.3", "fd65::3");
    expectFromSecond(true, "cali-wl2 is an endpoint again");
  }

  private void expectFromSecond(boolean reachable, String why) {
    Connectivity attempts = new Connectivity(lab);
    List<String> targets =
        List.of(LabResources.ALLOWED_BY_NET, LabResources.ALLOWED_BY_NET6, SECONDS_ONLY);
    for (String target : targets) {
      if (reachable) {
        attempts.expectReachable(Room.WORKLOAD2, target, 80, why);
      } else {
        attempts.expectBlocked(Room.WORKLOAD2, target, 80, why);
      }
    }
    attempts.check();
  }

  private void resolve(Room room) {
    lab.exec(room, "dig", "+tries=1", "@" + Lab.TRUSTED, "named.good.test").orFail();
  }

  private int index(String name) {
    String path = "/sys/class/net/" + name + "/ifindex";
    return Integer.parseInt(lab.exec(Room.HOST, "cat", path).orFail().stdout().trim());
  }

  private void detach(String name) {
    lab.exec(Room.HOST, "ip", "link", "delete", name).orFail();
  }

  /** As scripts/lab-up links a workload to the host. */
  private void attach(String name, int index, Room room, String v4, String v6) {
    String host =
        """
        set -e
        ip link add name %1$s %2$s type veth peer name eth0 netns %3$s
        ip link set %1$s up
        ip address add 10.65.0.1/32 dev %1$s
        ip address add fd65::1/128 dev %1$s nodad
        ip route add %4$s/32 dev %1$s src 10.65.0.1
        """
            .formatted(name, index == 0 ? "" : "index " + index, lab.namespace(room), v4);
    String workload =
        """
        set -e
        ip link set eth0 up
        ip address add %1$s/32 dev eth0
        ip address add %2$s/128 dev eth0 nodad
        ip route add 10.65.0.1 dev eth0 scope link
        ip route add default via 10.65.0.1 src %1$s
        ip route add fd65::1 dev eth0
        ip route add default via fd65::1 dev eth0 src %2$s
        """
            .formatted(v4, v6);
    lab.exec(Room.HOST, "sh", "-c", host).orFail();
    lab.exec(room, "sh", "-c", workload).orFail();
    String route6 = "ip route add " + v6 + "/128 dev " + name + " src fd65::1";
    lab.exec(Room.HOST, "sh", "-c", route6).orFail();
  }
}
