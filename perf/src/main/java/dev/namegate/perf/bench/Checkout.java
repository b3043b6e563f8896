// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where in this checkout the benchmarks find and put things.
 *
 * @param root its directory
 * @param daemon the command that runs the daemon
 */
record Checkout(Path root, List<String> daemon) {
  /** The checkout that the current directory is in. */
  static Checkout here() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("scripts/lab-up"))) {
        return new Checkout(at, List.of("" + at.resolve("scripts/namegate")));
      }
    }
    throw new BenchFailure("no scripts/lab-up here or above; run it in a checkout of Namegate");
  }

  /** The same with a daemon that another command runs. */
  Checkout withDaemon(List<String> command) {
    return new Checkout(root, List.copyOf(command));
  }

  String script(String name) {
    return root.resolve("scripts").resolve(name).toString();
  }

  /** A directory for what is made while benchmarks run; what is there is not worth keeping. */
  Path work() {
    try {
      return Files.createDirectories(root.resolve("perf/target/bench"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where reports are kept. */
  Path results() {
    return root.resolve("perf/results");
  }

  /** The program of {@code perf/src/main/c/NAME.c}; {@link #compilePrograms} makes it. */
  String program(String name) {
    return work().resolve(name).toString();
  }

  void compilePrograms() {
    for (String name : new String[] {"consumer", "load"}) {
      Path source = root.resolve("perf/src/main/c").resolve(name + ".c");
      Shell.run(
              "gcc",
              "-O2",
              "-Wall",
              "-Wextra",
              "-Werror",
              "-pthread",
              "-o",
              program(name),
              "" + source)
          .orFail();
    }
  }
}
