// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Changed policies, and how long it takes until they are in force. */
final class Reload {
  static final String DOMAIN = "reload.test";

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofMillis(20);

  private final Bed bed;
  private final FullPolicy policy;

  Reload(Bed bed, FullPolicy policy) {
    this.bed = bed;
    this.policy = policy;
  }

  /** One policy gets one more domain; milliseconds until that is in force, which is looked at. */
  double one() {
    long number = bed.freshNames(1);
    FullPolicy.addDomain(DaemonProcess.resources(bed), "a1-" + number + "." + DOMAIN);
    double ms = reloaded();
    Load.in(bed, Room.WORKLOAD).expectAllowed(Bed.TRUSTED6, DOMAIN, number, 6);
    return ms;
  }

  /** Every policy changes; milliseconds until that is in force. */
  double all() {
    policy.changeAll(DaemonProcess.resources(bed));
    return reloaded();
  }

  /** What is measured, and how many reloads there were meanwhile, one after the other. */
  record Meanwhile<T>(T measured, int reloads) {}

  /** Reloads, one after the other, all the time that something is measured. */
  <T> Meanwhile<T> during(Supplier<T> measure) {
    CompletableFuture<T> measured = CompletableFuture.supplyAsync(measure);
    int reloads = 0;
    while (!measured.isDone()) {
      String domain = "x" + System.nanoTime() + "." + FullPolicy.LISTED;
      FullPolicy.addDomain(DaemonProcess.resources(bed), domain);
      var unused = reloaded();
      reloads++;
      Shell.pause(BETWEEN);
    }
    try {
      return new Meanwhile<>(measured.join(), reloads);
    } catch (CompletionException e) {
      throw new BenchFailure("while policies were reloaded: " + e.getCause(), e);
    }
  }

  private double reloaded() {
    long before = count();
    long startNs = System.nanoTime();
    Shell.run("kill", "-HUP", "" + bed.process(DaemonProcess.NAME).pid()).orFail();
    while (count() == before) {
      if (System.nanoTime() - startNs > LIMIT.toNanos()) {
        throw new BenchFailure("no reload after SIGHUP, see " + bed.log(DaemonProcess.NAME));
      }
      Shell.pause(Duration.ofMillis(2));
    }
    return (System.nanoTime() - startNs) / 1e6;
  }

  private long count() {
    Path log = bed.log(DaemonProcess.NAME);
    try {
      return Files.readString(log).lines().filter(line -> line.contains("reloaded gen")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
