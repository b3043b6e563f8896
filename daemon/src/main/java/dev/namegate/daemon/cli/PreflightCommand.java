// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.daemon.Preflight;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code namegate preflight}: what this machine lacks, and how to mend it. */
@Command(
    name = "preflight",
    mixinStandardHelpOptions = true,
    description = "Says what this machine lacks, and how to get it.")
final class PreflightCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  PreflightCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Preflight.Finding> findings = Preflight.run();
    findings.forEach(out::println);
    out.flush();
    return findings.stream().allMatch(finding -> finding.problem().isEmpty())
        ? ExitCode.DONE
        : ExitCode.ENVIRONMENT;
  }
}
