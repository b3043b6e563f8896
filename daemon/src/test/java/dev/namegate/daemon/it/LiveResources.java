// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A daemon of the lab and the resource files that a test changes under it. */
final class LiveResources {
  private final Lab lab;
  private final Path directory;
  private final DaemonProcess daemon;
  private final LiveStatus status;

  /** What a test does to the files. */
  interface Change {
    void make() throws IOException;
  }

  private LiveResources(Lab lab, Path directory, DaemonProcess daemon) {
    this.lab = lab;
    this.directory = directory;
    this.daemon = daemon;
    this.status = new LiveStatus(daemon);
  }

  /** Starts a daemon on this directory. */
  static LiveResources start(Lab lab, Path directory) {
    return new LiveResources(lab, directory, DaemonProcess.start(lab, directory));
  }

  Path directory() {
    return directory;
  }

  DaemonProcess daemon() {
    return daemon;
  }

  LiveStatus status() {
    return status;
  }

  Path write(String file, String text) throws IOException {
    return Files.writeString(directory.resolve(file), text);
  }

  /** Deletes all files but this one. */
  void deleteAllBut(String kept) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(file -> !file.endsWith(kept)).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Replaces all files by this one and waits until it is in force. */
  void enforce(String text) throws IOException {
    awaitReloaded(
        () -> {
          write("all.yaml", text);
          deleteAllBut("all.yaml");
        });
  }

  /** Makes the change and waits until the resources have been put into force after it. */
  void awaitReloaded(Change change) throws IOException {
    change.make();
    // One reload may have been under way, with what there was before.
    for (int i = 0; i < 2; i++) {
      long generation = status.fact("generation");
      hangUp();
      status.awaitFact("generation", now -> now > generation);
    }
  }

  void hangUp() {
    lab.exec(Room.HOST, "kill", "-HUP", Long.toString(daemon.process().pid())).orFail();
  }
}
