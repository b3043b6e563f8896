// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.nfq.rules.Backend;
import dev.namegate.nfq.rules.CommandRunner;
import dev.namegate.nfq.rules.KernelRules;
import dev.namegate.nfq.rules.KernelRulesException;
import dev.namegate.nfq.rules.SweepReport;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code namegate cleanup}: takes every kernel object of ours out, whoever left it. */
@Command(
    name = "cleanup",
    mixinStandardHelpOptions = true,
    description = {
      "Removes all that Namegate has put into the kernel.",
      "Rules, chains and sets of both iptables backends, and nothing that is not Namegate's.",
      "This ends enforcement on this host."
    })
final class CleanupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  CleanupCommand() {}

  @Override
  public Integer call() throws KernelRulesException {
    PrintWriter out = spec.commandLine().getOut();
    SweepReport report = new KernelRules(CommandRunner.here(), Backend.NFT).sweep();
    report.removed().forEach(what -> out.println("removed " + what));
    report.leftInPlace().forEach(what -> out.println("left in place " + what));
    if (report.removed().isEmpty() && report.leftInPlace().isEmpty()) {
      out.println("nothing of Namegate's was there");
    }
    out.flush();
    return ExitCode.DONE;
  }
}
