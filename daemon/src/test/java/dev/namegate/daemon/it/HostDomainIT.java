// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes of the host itself, with the tools that a person has: row H9. */
final class HostDomainIT {
  /** What curl says when nothing answers in time. */
  private static final int CURL_TIMED_OUT = 28;

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static DaemonProcess daemon;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    lab.trustedDns(
        "api.good.test A 198.51.100.10",
        "api.good.test AAAA 2001:db8:100::10",
        "evil.test A 198.51.100.66",
        "evil.test AAAA 2001:db8:100::66");
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: [192.0.2.53]")
            .allow(List.of(53), "*.good.test");
    daemon = DaemonProcess.start(lab, resources.write(lab));
  }

  @AfterAll
  static void down() {
    if (daemon != null) {
      daemon.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  private static CommandResult curl(String family, String seconds, String url) {
    return lab.exec(Room.HOST, "curl", "-sS", family, "--max-time", seconds, url);
  }

  @Test
  void h9CurlOnTheHostReachesTheAllowedDomainAndNoOther() {
    assertEquals("198.51.100.10 80\n", curl("-4", "10", "http://api.good.test/").stdout());
    assertEquals("2001:db8:100::10 443\n", curl("-6", "10", "http://api.good.test:443/").stdout());
    assertEquals(CURL_TIMED_OUT, curl("-4", "1", "http://evil.test/").exit());
    assertEquals(CURL_TIMED_OUT, curl("-6", "1", "http://evil.test/").exit());
    assertEquals(CURL_TIMED_OUT, curl("-4", "1", "http://198.51.100.11/").exit());
    // The name in the request does not matter, the address that was learnt does.
    assertEquals(
        CURL_TIMED_OUT,
        lab.exec(
                Room.HOST,
                "curl",
                "-sS",
                "--max-time",
                "1",
                "--resolve",
                "api.good.test:80:198.51.100.66",
                "http://api.good.test/")
            .exit());
  }
}
