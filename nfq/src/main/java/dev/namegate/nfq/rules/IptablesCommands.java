// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.ArrayList;
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

  /**
   * What both families hold, in the order of {@link IpFamily#ALL}.
   *
   * @throws KernelRulesException if it cannot be read, or the commands are missing
   */
  List<IptablesSave> save(Backend backend) throws KernelRulesException {
    return saves(runAll(saving(backend)));
  }

  /** The commands that read both families, in the order of {@link IpFamily#ALL}. */
  static List<CommandRunner.Command> saving(Backend backend) {
    List<CommandRunner.Command> commands = new ArrayList<>();
    for (IpFamily family : IpFamily.ALL) {
      commands.add(new CommandRunner.Command(List.of(family.command(backend, "save")), ""));
    }
    return commands;
  }

  /** What those commands said; whatever stands behind it in the outputs is not looked at. */
  static List<IptablesSave> saves(List<String> outputs) {
    return outputs.stream().limit(IpFamily.ALL.size()).map(IptablesSave::parse).toList();
  }

  /** As {@link #save}; empty if this backend's commands are missing or its tables are. */
  List<IptablesSave> saveIfAny(Backend backend) throws KernelRulesException {
    boolean any =
        backend != Backend.LEGACY || IpFamily.ALL.stream().anyMatch(runner::mayHoldLegacyTables);
    try {
      return any ? save(backend) : List.of();
    } catch (KernelRulesException e) {
      if (e.isMissingTool()) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * Feeds these scripts to the kernel, one for each family in the order of {@link IpFamily#ALL}; an
   * empty one is nothing.
   *
   * @return whether there was anything in them
   * @throws KernelRulesException if one of them failed; the other may have done its work
   */
  boolean restore(Backend backend, List<String> scripts) throws KernelRulesException {
    List<CommandRunner.Command> commands = new ArrayList<>();
    for (IpFamily family : IpFamily.ALL) {
      String script = scripts.get(family.ordinal());
      if (!script.isEmpty()) {
        // The legacy backend waits for other programs' lock; the nft one takes the option and
        // needs none.
        commands.add(
            new CommandRunner.Command(
                List.of(family.command(backend, "restore"), "-w", LOCK_WAIT_SECONDS, "--noflush"),
                script));
      }
    }
    List<String> unused = runAll(commands);
    return !commands.isEmpty();
  }

  /** The outputs; if one fails, the others have ended all the same. */
  List<String> runAll(List<CommandRunner.Command> commands) throws KernelRulesException {
    List<CommandRunner.Result> results = runner.runAll(commands);
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      outputs.add(output(commands.get(i).words(), commands.get(i).input(), results.get(i)));
    }
    return outputs;
  }

  private String run(List<String> command, String input) throws KernelRulesException {
    return output(command, input, runner.run(command, input));
  }

  private static String output(List<String> command, String input, CommandRunner.Result result)
      throws KernelRulesException {
    if (result.exitCode() == 0) {
      return result.output();
    }
    KernelRulesException failure = KernelRulesException.failed(command, input, result);
    throw result.error().startsWith(NOT_FOUND_IN_NAMESPACE)
        ? KernelRulesException.missingTool(command, failure)
        : failure;
  }
}
