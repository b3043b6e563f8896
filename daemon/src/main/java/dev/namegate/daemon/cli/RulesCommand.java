// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.daemon.Settings;
import dev.namegate.daemon.SettingsReader;
import dev.namegate.nfq.rules.KernelRules;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code namegate rules}: the kernel rules that these resources would get, without installing them.
 */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the kernel rules for these resources.",
      "Nothing is installed; the text is what iptables-restore would read."
    })
final class RulesCommand implements Callable<Integer> {
  @Mixin private ResourceOptions resources = new ResourceOptions();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  RulesCommand() {}

  @Override
  public Integer call() throws IOException {
    Settings settings = new SettingsReader(resources.paths(), resources.node()).read();
    settings.problems().forEach(problem -> spec.commandLine().getErr().println(problem));
    spec.commandLine().getOut().print(KernelRules.text(settings.config().rules()));
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
