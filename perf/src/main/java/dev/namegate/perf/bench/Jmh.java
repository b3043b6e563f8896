// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The microbenchmarks of this module, in JVMs of their own. */
final class Jmh {
  private static final Duration LIMIT = Duration.ofMinutes(60);

  private Jmh() {}

  /** Runs them all; returns the table of results. */
  static String run(Extent extent) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.openjdk.jmh.Main"));
    command.addAll(List.of("-f", "1", "-foe", "true", "-prof", "gc"));
    // Each of them has more than a dozen forms: the long run of one is by hand
    // (docs/performance.md).
    String time = extent == Extent.WHOLE ? "500ms" : "100ms";
    command.addAll(List.of("-wi", "2", "-w", time, "-i", "3", "-r", time));
    String output = Shell.run(LIMIT, command).orFail().text();
    String table = output.substring(Math.max(0, output.lastIndexOf("\nBenchmark ") + 1));
    return table.lines().filter(Jmh::isOfInterest).collect(Collectors.joining("\n"));
  }

  /** Time, and bytes for each call; not how often the collector ran. */
  private static boolean isOfInterest(String line) {
    return !line.contains("gc.count")
        && !line.contains("gc.time")
        && !line.contains("gc.alloc.rate ");
  }
}
