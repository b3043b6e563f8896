// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A test's hand on the gate of a {@link BlockableDaemon}; open when it is made. */
final class Gate {
  private final Path file;

  Gate(Lab lab) {
    this.file = lab.work().resolve("gate");
    open();
  }

  /** Starts a daemon whose commits wait while this is shut. */
  DaemonProcess startDaemon(Lab lab, Path resources) {
    DaemonProcess daemon =
        DaemonProcess.launch(
            lab,
            BlockableDaemon.class.getName(),
            List.of("-Dnamegate.test.gate=" + file),
            resources);
    daemon.process().awaitReady(Duration.ofSeconds(30));
    return daemon;
  }

  void shut() {
    try {
      Files.writeString(file, "shut");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void open() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
