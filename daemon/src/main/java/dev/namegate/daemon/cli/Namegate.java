// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code namegate}; its subcommands are classes of their own. */
@Command(
    name = "namegate",
    mixinStandardHelpOptions = true,
    version = "namegate 0.1.0-SNAPSHOT",
    description = "Lets this host and its workloads connect only to the names that policy allows.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "2:the command's words or the resources are wrong",
      "3:a permission, kernel feature or tool is missing",
      "4:a defect of Namegate's"
    },
    subcommands = {
      CheckCommand.class,
      ExplainCommand.class,
      RulesCommand.class,
      StatusCommand.class,
      CleanupCommand.class,
      PreflightCommand.class
    })
final class Namegate implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  Namegate() {}

  /** All commands, to read words by. */
  static CommandLine commandLine(RunCommand run) {
    return new CommandLine(new Namegate())
        .addSubcommand(run)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Failures.report(failure, command.getErr()))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
