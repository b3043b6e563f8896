// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who else may use what one endpoint looked up, and for how long: rows L10, L12 and L13; and the
 * daemon with other numbers and another mode: rows D10 and D13.
 */
final class SharingIT {
  private static final String SITE = "198.51.100.31";
  private static final String SHORT = "198.51.100.32";
  private static final String SHARED = "198.51.100.33";
  private static final String MIDDLE = "198.51.100.34";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private DaemonProcess daemon;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(
        lab,
        "site.good.test. 300 A " + SITE,
        "short.good.test. 1 A " + SHORT,
        "cdn.good.test. 300 A " + SHARED,
        "bad.other. 300 A " + SHARED,
        "update.secure.suite.my.test. 300 A " + MIDDLE);
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

  private void start(String... felix) {
    String[] all = List.of(felix).toArray(new String[felix.length + 1]);
    all[felix.length] = "dnsTrustedServers: [192.0.2.53]";
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix(all)
            .allow(List.of(53), "*.good.test", "update.*.my.test");
    daemon = DaemonProcess.start(lab, resources.write(lab));
  }

  private static void resolve(Room room, String name) {
    lab.exec(room, "dig", "+short", "+tries=1", "@" + Lab.TRUSTED, name).orFail();
  }

  private static void expectReachable(Room room, String address, String why) {
    new Connectivity(lab).expectReachable(room, address, 80, why).check();
  }

  private static void expectBlocked(Room room, String address, String why) {
    new Connectivity(lab).expectBlocked(room, address, 80, why).check();
  }

  @Test
  void l10ExtraTimeIsAddedToTheTtl() {
    start("dnsExtraTTL: 6s");
    resolve(Room.WORKLOAD, "short.good.test");
    long untilNs = System.nanoTime() + 3_000_000_000L;
    LiveStatus.await(() -> System.nanoTime() - untilNs > 0, () -> "time stands still");

    expectReachable(Room.WORKLOAD, SHORT, "its TTL is over, the extra time is not");

    LiveStatus.await(
        () -> new Connectivity(lab).probe(Room.WORKLOAD, SHORT, 80) != Connectivity.Outcome.REACHED,
        () -> SHORT + " stays reachable");
  }

  @Test
  void l12WhatOneEndpointLooksUpIsOpenToAllWhosePolicyNamesIt() {
    start();
    expectBlocked(Room.WORKLOAD2, SITE, "nobody asked for it");

    resolve(Room.WORKLOAD, "site.good.test");

    expectReachable(Room.WORKLOAD2, SITE, "the other workload asked");
    expectReachable(Room.HOST, SITE, "a workload asked");
  }

  @Test
  void l13AnAddressThatTwoNamesShareIsOpenIfOneIsAllowed() {
    start();
    resolve(Room.WORKLOAD, "bad.other");
    expectBlocked(Room.WORKLOAD, SHARED, "no policy allows the name");

    resolve(Room.WORKLOAD, "cdn.good.test");

    expectReachable(Room.WORKLOAD, SHARED, "a name that is allowed leads there too");
  }

  @Test
  void d10InlineTakesAWildcardInTheMiddle() {
    start("dnsPolicyMode: Inline");
    resolve(Room.WORKLOAD, "update.secure.suite.my.test");

    expectReachable(Room.WORKLOAD, MIDDLE, "update.*.my.test contains it");
  }

  @Test
  void d13OtherQueueNumbersAreBoundAndLedTo() {
    start("dnsPolicyNfqueueID: 300", "dnsPacketsNfqueueID: 301");
    String rules = lab.exec(Room.HOST, "sh", "-c", "iptables-save").orFail().stdout();
    assertTrue(rules.contains("--queue-num 301"), rules);
    assertFalse(rules.contains("--queue-num 101"), rules);
    String bound =
        lab.exec(Room.HOST, "cat", "/proc/net/netfilter/nfnetlink_queue").orFail().stdout();
    assertTrue(bound.contains("  300 ") && bound.contains("  301 "), bound);

    resolve(Room.WORKLOAD, "site.good.test");

    expectReachable(Room.WORKLOAD, SITE, "its answer came through queue 301");
  }
}
