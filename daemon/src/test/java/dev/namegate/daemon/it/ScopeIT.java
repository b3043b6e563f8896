// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one endpoint looks up is its own: {@code PerClient}, and who floods pays for it himself. */
final class ScopeIT {
  private static final String SITE = "198.51.100.41";
  private static final String OTHER = "198.51.100.42";
  private static final int FLOOD = 600;

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private DaemonProcess daemon;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    List<String> records = new ArrayList<>();
    records.add("site.good.test. 20 A " + SITE);
    records.add("other.good.test. 300 A " + OTHER);
    for (int i = 0; i < FLOOD; i++) {
      records.add(floodName(i) + " 300 A 203.0.113." + i % 250);
    }
    LabDnsProcess.trusted(lab, records.toArray(String[]::new));
  }

  private static String floodName(int i) {
    return "random" + i + ".good.test.";
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

  private static LabResources resources(String... ours) {
    return LabResources.ofAllEndpoints()
        .felix("dnsTrustedServers: [192.0.2.53]")
        .namegate(ours)
        .allow(List.of(53), "*.good.test");
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
  void l12WhatOneEndpointLooksUpIsItsOwnPerClient() {
    daemon = DaemonProcess.start(lab, resources("dnsLearningScope: PerClient").write(lab));

    resolve(Room.WORKLOAD, "site.good.test");
    resolve(Room.HOST, "other.good.test");

    expectReachable(Room.WORKLOAD, SITE, "it asked");
    expectBlocked(Room.WORKLOAD2, SITE, "another workload asked");
    expectBlocked(Room.HOST, SITE, "a workload asked");
    expectReachable(Room.HOST, OTHER, "it asked");
    expectBlocked(Room.WORKLOAD, OTHER, "the host asked");

    resolve(Room.WORKLOAD2, "site.good.test");

    expectReachable(Room.WORKLOAD2, SITE, "it asked, too");
    expectBlocked(Room.HOST, SITE, "workloads asked");
  }

  @Test
  void perClientSurvivesARestartAndAReload() throws IOException {
    Path directory = resources("dnsLearningScope: PerClient").write(lab);
    daemon = DaemonProcess.start(lab, directory);
    resolve(Room.WORKLOAD, "other.good.test");
    assertEquals(0, daemon.stop());
    String saved = Files.readString(DaemonProcess.cacheFile(lab));
    assertTrue(saved.contains(" workload:"), saved);

    daemon = DaemonProcess.startAgain(lab, directory);

    expectReachable(Room.WORKLOAD, OTHER, "it asked the daemon before");
    expectBlocked(Room.WORKLOAD2, OTHER, "it never asked");

    LiveStatus status = new LiveStatus(daemon);
    long generation = status.fact("generation");
    Files.writeString(
        directory.resolve("more.yaml"),
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: more}
        spec:
          types: [Egress]
          egress:
          - {action: Allow, destination: {domains: ['*.more.test']}}
        """);
    lab.exec(Room.HOST, "kill", "-HUP", Long.toString(daemon.process().pid())).orFail();
    status.awaitFact("generation", now -> now > generation);

    expectReachable(Room.WORKLOAD, OTHER, "it is the same workload under another policy");
    expectBlocked(Room.WORKLOAD2, OTHER, "it never asked");
  }

  @Test
  void explainsWhatIsLearntForTheEndpointThatIsAskedAbout() {
    daemon = DaemonProcess.start(lab, resources("dnsLearningScope: PerClient").write(lab));
    resolve(Room.WORKLOAD, "site.good.test");

    CommandResult own = explain("cali-wl");
    CommandResult others = explain("cali-wl2");

    assertEquals(0, own.exit(), own::stdout);
    assertTrue(own.stdout().contains("site.good.test matches *.good.test"), own.stdout());
    assertEquals(1, others.exit(), others::stdout);
  }

  private CommandResult explain(String endpoint) {
    return daemon.command("explain", "--endpoint", endpoint, "--destination", SITE, "--port", "80");
  }

  @Test
  void whoAsksForManyNamesPushesOutHisOwnAndNotWhatOthersUse() throws IOException {
    daemon = DaemonProcess.start(lab, resources("maxNames: 200", "maxAddresses: 200").write(lab));
    resolve(Room.WORKLOAD2, "site.good.test"); // ends before all of the flood

    Path names = lab.work().resolve("flood");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < FLOOD; i++) {
      text.append(floodName(i)).append(" A\n");
    }
    Files.writeString(names, text);
    lab.exec(Room.WORKLOAD, "dig", "@" + Lab.TRUSTED, "+short", "+tries=1", "-f", names.toString())
        .orFail();

    LiveStatus status = new LiveStatus(daemon);
    assertTrue(status.fact("cache_evicted_addresses") > 0, status::text);
    expectReachable(Room.WORKLOAD2, SITE, "it holds one name, the flood hundreds");
  }
}
