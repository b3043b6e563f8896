// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a running JVM says of itself when {@code jcmd} asks; each question stops it for a moment.
 */
final class Jvm {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Of a histogram of live objects: how many, and their bytes. */
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +[0-9]+ +([0-9]+)");

  /** Of a thread dump: a name, and what the thread has allocated since it is there. */
  private static final Pattern THREAD =
      Pattern.compile("(?m)^\"([^\"]+)\".* allocated=([0-9]+)([BKMG]) ");

  private final long pid;

  private Jvm(long pid) {
    this.pid = pid;
  }

  static Jvm of(Process process) {
    return new Jvm(process.pid());
  }

  /** Bytes of all objects that are reachable; a full collection is what finds that out. */
  long liveBytes() {
    Matcher total = TOTAL.matcher(ask("GC.class_histogram"));
    if (!total.find()) {
      throw new BenchFailure("no total in the class histogram of " + pid);
    }
    return Long.parseLong(total.group(1));
  }

  /**
   * What each thread that is there now has allocated since it started, in bytes, by name; above 100
   * KiB the JVM rounds it down, by 1 % at most.
   */
  Map<String, Long> allocatedByThread() {
    return parse(ask("Thread.print", "-e"));
  }

  /** Reads a dump; threads of the same name count as one. */
  static Map<String, Long> parse(String dump) {
    Map<String, Long> allocated = new HashMap<>();
    for (MatchResult thread : THREAD.matcher(dump).results().toList()) {
      long bytes = Long.parseLong(thread.group(2)) << shift(thread.group(3));
      allocated.merge(thread.group(1), bytes, Long::sum);
    }
    return allocated;
  }

  private static int shift(String unit) {
    return 10 * "BKMG".indexOf(unit);
  }

  private String ask(String... question) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add("" + pid);
    command.addAll(List.of(question));
    return Shell.run(LIMIT, command).orFail().text();
  }
}
