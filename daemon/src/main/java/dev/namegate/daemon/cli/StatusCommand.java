// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.daemon.control.ControlClient;
import dev.namegate.daemon.control.ControlServer;
import java.io.IOException;
import java.nio.file.Path;
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
    Path directory = runDirectory.path();
    String answer;
    try {
      answer = ControlClient.ask(directory, json ? "status" : "status.text");
    } catch (IOException e) {
      throw new IOException(
          "no daemon answers at "
              + ControlServer.socketIn(directory)
              + ": start it with \"namegate run\", or name its --run-dir",
          e);
    }
    spec.commandLine().getOut().print(answer);
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
