// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The daemon of a lab: run by {@code scripts/namegate} as a user runs it. */
final class DaemonProcess {
  /** What {@link Bed#process} knows it by. */
  static final String NAME = "daemon";

  private static final Pattern COUNTER = Pattern.compile("\"([a-z0-9_]+)\" *: *([1-9][0-9]*)");
  private static final Pattern ADDRESSES = Pattern.compile("\"cache_addresses\" *: *([0-9]+)");
  private static final Pattern ERRORS = Pattern.compile("\"errors\" *: *0\\b");

  private DaemonProcess() {}

  /** Where the resources lie that it reads. */
  static Path resources(Bed bed) {
    return bed.work().resolve("resources");
  }

  private static Path runDirectory(Bed bed) {
    return bed.work().resolve("run");
  }

  /** Where its JVM tells of garbage collections and of other stops. */
  static Path pauseLog(Bed bed) {
    return bed.work().resolve("pauses.log");
  }

  /**
   * Starts it on the resources that are there, when no other runs in the lab; until it is ready.
   */
  static Duration start(Bed bed, String node, String jvmOptions) {
    String[] run =
        command(
            bed,
            jvmOptions,
            "run",
            "--resources=" + resources(bed),
            "--node=" + node,
            "--run-dir=" + runDirectory(bed));
    long startNs = System.nanoTime();
    bed.start(Room.HOST, NAME, run);
    return Duration.ofNanos(System.nanoTime() - startNs);
  }

  private static String status(Bed bed) {
    String[] command = command(bed, "", "status", "--json", "--run-dir=" + runDirectory(bed));
    return bed.exec(Room.HOST, command).orFail().text();
  }

  /** Those counters that are not 0. */
  static Map<String, Long> counters(Bed bed) {
    Map<String, Long> counters = new LinkedHashMap<>();
    String status = status(bed);
    COUNTER
        .matcher(status.substring(Math.max(0, status.indexOf("\"counters\""))))
        .results()
        .forEach(counter -> counters.put(counter.group(1), Long.parseLong(counter.group(2))));
    return counters;
  }

  /** How many pairs of name and address it knows. */
  static long knownAddresses(Bed bed) {
    Matcher known = ADDRESSES.matcher(status(bed));
    if (!known.find()) {
      throw new BenchFailure("the status does not say how many addresses are known");
    }
    return Long.parseLong(known.group(1));
  }

  /**
   * @throws BenchFailure when it found errors in the resources that were written for it
   */
  static void checkNoErrors(Bed bed) {
    String status = status(bed);
    if (!ERRORS.matcher(status).find()) {
      throw new BenchFailure("errors in the resources: " + status);
    }
  }

  private static String[] command(Bed bed, String jvmOptions, String... arguments) {
    // What this machine says about Felix is not for us.
    List<String> command = new ArrayList<>(List.of("env", "NAMEGATE_FELIX_CONFIG=/dev/null"));
    if (arguments[0].equals("run")) {
      String theirs = System.getenv().getOrDefault("NAMEGATE_JAVA_OPTS", "");
      String logs = "-Xlog:gc,safepoint:file=" + pauseLog(bed) + "::filecount=0";
      command.add("NAMEGATE_JAVA_OPTS=" + String.join(" ", jvmOptions, theirs, logs).trim());
    }
    command.addAll(bed.checkout().daemon());
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }
}
