// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.List;

/** The commands that read and write tables, for each backend and family. */
final class IptablesCommands {
  private static final String LOCK_WAIT_SECONDS = "5";

  /** What {@code ip netns exec} says where {@link CommandRunner} would find no such command. */
  private static final String NOT_FOUND_IN_NAMESPACE = "exec of \"";

  private final CommandRunner runner;

  IptablesCommands(CommandRunner runner) {
    this.runner = runner;
  }

  boolean isInstalled(Backend backend) throws KernelRulesException {
    try {
      run(List.of(IpFamily.V4.command(backend, "restore"), "--version"), "");
      return true;
    } catch (KernelRulesException e) {
      if (e.isMissingTool()) {
        return false;
      }
      throw e;
    }
  }

  IptablesSave save(Backend backend, IpFamily family) throws KernelRulesException {
    return IptablesSave.parse(run(List.of(family.command(backend, "save")), ""));
  }

  /** How many rules this backend holds, both families, that are not ours. */
  int foreignRules(Backend backend) throws KernelRulesException {
    int rules = 0;
    for (IpFamily family : IpFamily.ALL) {
      rules += save(backend, family).foreignRules();
    }
    return rules;
  }

  /** Feeds this script to the kernel. Returns whether there was anything in it. */
  boolean restore(Backend backend, IpFamily family, String script) throws KernelRulesException {
    if (script.isEmpty()) {
      return false;
    }
    // The legacy backend waits for other programs' lock; the nft one takes the option and needs
    // none.
    run(List.of(family.command(backend, "restore"), "-w", LOCK_WAIT_SECONDS, "--noflush"), script);
    return true;
  }

  private String run(List<String> command, String input) throws KernelRulesException {
    CommandRunner.Result result = runner.run(command, input);
    if (result.exitCode() == 0) {
      return result.output();
    }
    KernelRulesException failure = KernelRulesException.failed(command, input, result);
    throw result.error().startsWith(NOT_FOUND_IN_NAMESPACE)
        ? KernelRulesException.missingTool(command, failure)
        : failure;
  }
}
