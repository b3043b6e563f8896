// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The runs of {@code ipset} that we need.
 *
 * <p><b>Threading:</b> any thread; blocks.
 */
final class IpsetCommands {
  // With the nft backend the kernel lets go of a set some time after the rule is gone.
  private static final int ATTEMPTS = 40;
  private static final long PAUSE_MS = 25;

  /** What {@code ipset} says of EBUSY, and where. */
  private static final Pattern BUSY = Pattern.compile("in line (\\d+): .*Device or resource busy");

  /** Waits; tests put a counter in its place. */
  @FunctionalInterface
  interface Pause {
    void ms(long duration) throws InterruptedException;
  }

  /** Says of all sets what they are; {@link IpsetHeaders} reads it. */
  static final CommandRunner.Command LIST_HEADERS =
      new CommandRunner.Command(List.of("ipset", "list", "-t"), "");

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
    return IpsetHeaders.parse(output(LIST_HEADERS.words()));
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

  /**
   * Runs these commands, a line each, until one fails; nothing for the empty script. Sets that
   * anybody lists at that moment cannot be swapped: that is tried again.
   */
  void restore(String script) throws KernelRulesException {
    if (script.isEmpty()) {
      return;
    }
    List<String> command = List.of("ipset", "restore");
    String left = script;
    CommandRunner.Result result = runner.run(command, left);
    for (int i = 1; i < ATTEMPTS && busyLine(result) > 0; i++) {
      left = fromLine(left, busyLine(result)); // what stands before was done
      pause(command);
      result = runner.run(command, left);
    }
    if (result.exitCode() != 0) {
      throw KernelRulesException.failed(command, left, result);
    }
  }

  /** The line, counted from 1, of which the kernel said that something is busy; 0 if none. */
  private static int busyLine(CommandRunner.Result result) {
    Matcher busy = BUSY.matcher(result.error());
    return result.exitCode() != 0 && busy.find() ? Integer.parseInt(busy.group(1)) : 0;
  }

  private static String fromLine(String script, int line) {
    return script.lines().skip(line - 1L).map(each -> each + "\n").collect(Collectors.joining());
  }

  private void pause(List<String> command) throws KernelRulesException {
    try {
      pause.ms(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KernelRulesException.interrupted(command, e);
    }
  }

  /** Destroys a set, and waits for the kernel if it is in use still. */
  void destroy(String name) throws KernelRulesException {
    List<String> command = List.of("ipset", "destroy", name);
    CommandRunner.Result result = runner.run(command, "");
    for (int i = 1; i < ATTEMPTS && isInUse(result); i++) {
      pause(command);
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
