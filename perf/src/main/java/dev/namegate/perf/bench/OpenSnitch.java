// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Debian's opensnitchd without its user interface; it decides the flows of the host's processes,
 * and allows all by default.
 */
record OpenSnitch() implements Variant {
  private static final int QUEUE = 0;

  @Override
  public String name() {
    return "opensnitch";
  }

  @Override
  public String description() {
    return "opensnitchd of Debian, process monitor proc, default action allow, no user interface";
  }

  /** Whether it is installed. */
  static boolean isInstalled() {
    return Files.isExecutable(Path.of("/usr/bin/opensnitchd"));
  }

  @Override
  public void start(Bed bed) {
    Path rules = bed.work().resolve("rules");
    try {
      Files.createDirectories(rules);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bed.startUnready(
        Room.HOST,
        process(),
        "opensnitchd",
        "-process-monitor-method",
        "proc",
        "-rules-path",
        rules.toString(),
        "-queue-num",
        "" + QUEUE,
        "-ui-socket",
        "unix://" + bed.work().resolve("no-such-socket"));
    for (int tries = 0; tries < 500; tries++) {
      if (bed.exec(Room.HOST, "iptables-save").orFail().text().contains("NFQUEUE")) {
        return;
      }
      bed.checkAlive();
      Shell.pause(Duration.ofMillis(20));
    }
    throw new BenchFailure("opensnitchd makes no rule, see " + bed.log(process()));
  }

  @Override
  public String process() {
    return "opensnitchd";
  }
}
