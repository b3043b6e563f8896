// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Runs jcstress on what two threads do to the cache and to a held packet: half a minute that tries
 * some 100,000 interleavings of each kind; with {@code -Dnamegate.full=true} some minutes in JVMs
 * of each kind (interpreter, either compiler, stressed schedules).
 *
 * <p>In processes of their own, as jcstress wants it; the outcome is its exit code.
 */
final class StressTest {
  private static final boolean FULL = Boolean.getBoolean("namegate.full");
  private static final long LIMIT_MINUTES = 30;

  /** Each has a result of its own in jcstress's report. */
  private static final int TESTS = 9;

  @Test
  void everyInterleavingEndsAsItMay() throws Exception {
    Path directory = Files.createDirectories(Path.of("target", "jcstress"));
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(command())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertTrue(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES), () -> "stuck: " + read(log));
    } finally {
      process.destroyForcibly();
    }

    assertEquals(0, process.exitValue(), () -> read(log));
    assertTrue(read(log).contains(TESTS + " matching test results"), () -> read(log));
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of("org.openjdk.jcstress.Main", "-t", "dev[.]namegate[.].*", "-sc", "false"));
    command.addAll(
        FULL
            ? List.of("-f", "1", "-fsm", "1", "-iters", "1", "-time", "500")
            : List.of("-f", "1", "-fsm", "1", "-iters", "1", "-time", "100", "-jvmArgs", "-ea"));
    return command;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
