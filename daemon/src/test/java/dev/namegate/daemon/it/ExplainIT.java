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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the running daemon explains is what it does. */
final class ExplainIT {
  private static final String GOOD = "198.51.100.21";
  private static final String BAD = "198.51.100.22";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static DaemonProcess daemon;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(
        lab,
        "www.good.test. 300 CNAME cdn.test.",
        "cdn.test. 300 A " + GOOD,
        "bad.test. 300 A " + BAD);
    daemon =
        DaemonProcess.start(
            lab,
            LabResources.ofAllEndpoints()
                .felix("dnsTrustedServers: [192.0.2.53]")
                .allow(List.of(53), "*.good.test")
                .write(lab));
    for (String name : List.of("www.good.test", "bad.test")) {
      lab.exec(Room.WORKLOAD, "dig", "+short", "@192.0.2.53", name).orFail();
    }
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static CommandResult explain(Room room, String destination, String... more) {
    List<String> words = new ArrayList<>(List.of("explain", "--destination", destination));
    if (room == Room.WORKLOAD) {
      words.addAll(List.of("--endpoint", "cali-wl"));
    }
    words.addAll(List.of("--port", "80"));
    words.addAll(List.of(more));
    return daemon.command(words.toArray(String[]::new));
  }

  @Test
  void agreesWithWhatReallyHappens() {
    for (Room room : List.of(Room.WORKLOAD, Room.HOST)) {
      CommandResult good = explain(room, GOOD);
      CommandResult bad = explain(room, "bad.test");
      assertEquals(0, good.exit(), good::toString);
      assertEquals(1, bad.exit(), bad::toString);
      assertTrue(good.stdout().contains("names     cdn.test, www.good.test"), good::toString);
      assertTrue(good.stdout().contains("www.good.test matches *.good.test"), good::toString);
      assertTrue(bad.stdout().contains("-> " + BAD + ":80"), bad::toString);
      new Connectivity(lab)
          .expectReachable(room, GOOD, 80, "explained as allowed")
          .expectBlocked(room, BAD, 80, "explained as denied")
          .check();
    }
  }

  @Test
  void takesMoreForLearntThanIsKnown() {
    assertEquals(1, explain(Room.WORKLOAD, "198.51.100.23").exit());
    assertEquals(
        0,
        explain(Room.WORKLOAD, "198.51.100.23", "--learnt", "new.good.test=198.51.100.23").exit());
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, "198.51.100.23", 80, "it was only asked about")
        .check();
  }

  @Test
  void saysWhatIsWrong() {
    CommandResult result =
        daemon.command("explain", "--endpoint", "cali-w", "--destination", GOOD, "--port", "80");
    assertEquals(2, result.exit());
    assertTrue(result.stderr().contains("did you mean \"cali-wl\"?"), result::toString);
  }
}
