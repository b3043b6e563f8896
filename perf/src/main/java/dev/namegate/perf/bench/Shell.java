// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Commands that are run to their end.
 *
 * <p><b>Bounds:</b> a command that takes longer than its limit is ended, and that is a failure.
 */
final class Shell {
  static final Duration LIMIT = Duration.ofSeconds(60);

  /** How a command ended, and what it printed on both of its outputs. */
  record Output(List<String> command, int exit, String text) {
    /**
     * @throws BenchFailure when the command's exit code is not 0
     */
    Output orFail() {
      if (exit != 0) {
        throw new BenchFailure(
            "exit %d of: %s%n%s".formatted(exit, String.join(" ", command), text));
      }
      return this;
    }
  }

  private Shell() {}

  static Output run(String... command) {
    return run(LIMIT, List.of(command));
  }

  static Output run(Duration limit, List<String> command) {
    return run(limit, command, "");
  }

  static Output run(Duration limit, List<String> command, String input) {
    try {
      Path in = Files.createTempFile("namegate-bench", ".in");
      Path out = Files.createTempFile("namegate-bench", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Files.writeString(in, input).toFile())
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly().waitFor();
          throw new BenchFailure(
              "not done after %s: %s".formatted(limit, String.join(" ", command)));
        }
        return new Output(command, process.exitValue(), Files.readString(out));
      } finally {
        Files.delete(in);
        Files.delete(out);
      }
    } catch (IOException e) {
      throw new BenchFailure(String.join(" ", command), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Sleeps, and takes an interrupt for the end of the run. */
  static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static BenchFailure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BenchFailure("interrupted", e);
  }
}
