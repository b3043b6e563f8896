// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.daemon.pipeline.Commit;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code namegate run}: enforce, in the foreground, until told to stop. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Enforces policy on this machine, in the foreground.",
      "Prints \"ready\" when the rules hold. SIGTERM or Ctrl-C removes the rules and ends",
      "enforcement, unless NamegateConfiguration says leaveRulesOnExit: true."
    })
final class RunCommand implements Callable<Integer> {
  private final UnaryOperator<Commit> commitStage;

  @Mixin private ResourceOptions resources = new ResourceOptions();
  @Mixin private RunDirectory runDirectory = new RunDirectory();

  @Option(names = "--verbose", description = "log more")
  private boolean verbose;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  RunCommand(UnaryOperator<Commit> commitStage) {
    this.commitStage = commitStage;
  }

  RunWords words() {
    return resources.words(runDirectory.path(), verbose);
  }

  @Override
  public Integer call() throws Exception {
    return new ForegroundRun(words(), commitStage).run(spec.commandLine().getOut());
  }
}
