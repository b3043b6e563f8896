// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * The runs of {@code ipset} that we need.
 *
 * <p><b>Threading:</b> any thread; blocks.
 */
final class IpsetCommands {
  // With the nft backend the kernel lets go of a set some time after the rule is gone.
  private static final int DESTROY_ATTEMPTS = 40;
  private static final long DESTROY_PAUSE_MS = 25;

  /** Waits; tests put a counter in its place. */
  @FunctionalInterface
  interface Pause {
    void ms(long duration) throws InterruptedException;
  }

  private final CommandRunner runner;
  private final Pause pause;

  IpsetCommands(CommandRunner runner, Pause pause) {
    this.runner = runner;
    this.pause = pause;
  }

  /**
   * What is said of a set before its entries.
   *
   * @param entries how many there are, those included that are expired and not yet collected
   */
  record Header(String name, String type, int entries) {}

  /** All sets there are, ours or not. Their entries may be many, so they are not read. */
  List<Header> headers() throws KernelRulesException {
    return IpsetHeaders.parse(output(List.of("ipset", "list", "-t")));
  }

  /** Each of these sets and its entries, as commands that would make them. */
  List<String> save(List<String> sets) throws KernelRulesException {
    List<CommandRunner.Command> commands =
        sets.stream()
            .map(set -> new CommandRunner.Command(List.of("ipset", "save", set), ""))
            .toList();
    List<CommandRunner.Result> results = runner.runAll(commands);
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      outputs.add(output(commands.get(i).words(), results.get(i)));
    }
    return outputs;
  }

  private String output(List<String> command) throws KernelRulesException {
    return output(command, runner.run(command, ""));
  }

  private static String output(List<String> command, CommandRunner.Result result)
      throws KernelRulesException {
    if (result.exitCode() != 0) {
      throw KernelRulesException.failed(command, "", result);
    }
    return result.output();
  }

  /** Runs these commands, a line each, until one fails; nothing for the empty script. */
  void restore(String script) throws KernelRulesException {
    if (script.isEmpty()) {
      return;
    }
    List<String> command = List.of("ipset", "restore");
    CommandRunner.Result result = runner.run(command, script);
    if (result.exitCode() != 0) {
      throw KernelRulesException.failed(command, script, result);
    }
  }

  /** Destroys a set, and waits for the kernel if it is in use still. */
  void destroy(String name) throws KernelRulesException {
    List<String> command = List.of("ipset", "destroy", name);
    CommandRunner.Result result = runner.run(command, "");
    for (int i = 1; i < DESTROY_ATTEMPTS && isInUse(result); i++) {
      try {
        pause.ms(DESTROY_PAUSE_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw KernelRulesException.interrupted(command, e);
      }
      result = runner.run(command, "");
    }
    if (result.exitCode() != 0) {
      throw KernelRulesException.failed(command, "", result);
    }
  }

  private static boolean isInUse(CommandRunner.Result result) {
    return result.exitCode() != 0 && result.error().contains("in use by a kernel component");
  }
}
