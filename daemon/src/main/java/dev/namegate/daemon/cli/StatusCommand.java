// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.daemon.control.ControlClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code namegate status}: what the running daemon does, in numbers. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Prints what the running daemon counts.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private RunDirectory runDirectory = new RunDirectory();

  @Option(names = "--json", description = "one JSON object instead of text")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  StatusCommand() {}

  @Override
  public Integer call() throws IOException {
    String answer = ControlClient.askRunning(runDirectory.path(), json ? "status" : "status.text");
    spec.commandLine().getOut().print(answer);
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
