// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says where the running daemon's control socket is. */
final class RunDirectory {
  static final String DEFAULT = "/run/namegate";

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      defaultValue = DEFAULT,
      description = "directory of the running daemon's control socket (default: ${DEFAULT-VALUE})")
  private Path path = Path.of(DEFAULT);

  Path path() {
    return path;
  }
}
