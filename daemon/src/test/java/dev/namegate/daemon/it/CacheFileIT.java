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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is learnt outlives the daemon, and goes when the operator says so: rows L18 to L20. */
final class CacheFileIT {
  private static final String SITE = "198.51.100.21";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private Lab lab;

  @SuppressWarnings("NullAway.Init")
  private DaemonProcess daemon;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeEach
  void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(lab, "site.test. 300 A " + SITE);
  }

  @AfterEach
  void down() {
    if (daemon != null) {
      daemon.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  private static LabResources resources(String... settings) {
    String[] all = List.of(settings).toArray(new String[settings.length + 1]);
    all[settings.length] = "dnsTrustedServers: [192.0.2.53]";
    return LabResources.ofAllEndpoints().felix(all).allow(List.of(53), "*.test");
  }

  private void resolve() {
    lab.exec(Room.WORKLOAD, "dig", "+short", "+tries=1", "@192.0.2.53", "site.test").orFail();
  }

  private void assertReached() {
    new Connectivity(lab).expectReachable(Room.WORKLOAD, SITE, 80, "it is known").check();
  }

  private void assertBlocked() {
    new Connectivity(lab).expectBlocked(Room.WORKLOAD, SITE, 80, "nobody asked for it").check();
  }

  @Test
  void l18WhatWasKnownIsKnownAfterARestart() {
    Path directory = resources().write(lab);
    daemon = DaemonProcess.start(lab, directory);
    assertBlocked();
    resolve();
    assertEquals(0, daemon.stop());

    daemon = DaemonProcess.startAgain(lab, directory);

    assertReached();
    assertTrue(daemon.process().log().contains("known from before: links=1"));
    daemon.stop();
    daemon = DaemonProcess.start(lab, directory); // without the file
    assertBlocked();
  }

  @Test
  void l18ADamagedFileIsSetAsideAndCostsNoStart() throws IOException {
    Path directory = resources().write(lab);
    daemon = DaemonProcess.start(lab, directory);
    resolve();
    assertEquals(0, daemon.stop());
    Path file = DaemonProcess.cacheFile(lab);
    String saved = Files.readString(file);
    Files.writeString(file, saved.replace(SITE, "198.51.100.66"));

    daemon = DaemonProcess.startAgain(lab, directory);

    assertBlocked();
    String log = daemon.process().log();
    assertTrue(log.contains("is of no use: its checksum is not that of its content"), log);
    assertTrue(Files.exists(file.resolveSibling("dns-cache.damaged")));
    resolve();
    assertReached();
  }

  @Test
  void l19TheFileIsWrittenAgainAndAgain() throws IOException {
    Path file = lab.work().resolve("elsewhere");
    daemon =
        DaemonProcess.start(
            lab, resources("dnsCacheSaveInterval: 200ms", "dnsCacheFile: " + file).write(lab));
    LiveStatus.await(() -> Files.exists(file), () -> "no " + file);
    resolve();

    LiveStatus.await(
        () -> content(file).contains("address site.test " + SITE), () -> content(file));

    daemon.kill();
    daemon = DaemonProcess.startAgain(lab, resources("dnsCacheFile: " + file).write(lab));
    assertReached();
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void l20AnotherEpochForgetsAllThatIsLearnt() throws IOException {
    LiveResources live = LiveResources.start(lab, resources("dnsCacheEpoch: 0").write(lab));
    daemon = live.daemon();
    resolve();
    assertReached();

    live.enforce(String.join("---\n", resources("dnsCacheEpoch: 1").documents()));

    assertBlocked();
    resolve();
    assertReached();
  }
}
