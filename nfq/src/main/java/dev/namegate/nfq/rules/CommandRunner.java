// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs the commands by which rules and sets are read and written. Tests put a fake in its place.
 */
@FunctionalInterface
public interface CommandRunner {
  /**
   * What a command left behind.
   *
   * @param exitCode 0 if it did what it was told
   */
  record Result(int exitCode, String output, String error) {}

  /**
   * Runs a command to its end.
   *
   * <p><b>Errors:</b> a command that ends with any exit code is a result; one that cannot be
   * started or does not end is an exception.
   *
   * @param command the name, found on the path or among the system directories, and the arguments
   * @param input what it reads from its standard input
   */
  Result run(List<String> command, String input) throws KernelRulesException;

  /**
   * A command and what it reads.
   *
   * @param words the name, found on the path or among the system directories, and the arguments
   */
  record Command(List<String> words, String input) {
    /** Keeps a copy. */
    public Command {
      words = List.copyOf(words);
    }
  }

  /**
   * Runs commands of which none waits for another, if need be at the same time, all to their end.
   *
   * @return what they left behind, in the order of the commands
   * @throws KernelRulesException the first that there is, when all have ended
   */
  default List<Result> runAll(List<Command> commands) throws KernelRulesException {
    List<Result> results = new ArrayList<>();
    for (Command command : commands) {
      results.add(run(command.words(), command.input()));
    }
    return results;
  }

  /**
   * Whether the legacy backend can hold anything for this family. It holds nothing where the kernel
   * names no table of its; not to be able to tell means that it can.
   */
  default boolean mayHoldLegacyTables(IpFamily family) {
    return true;
  }

  /** The one that runs commands where this process is. */
  static CommandRunner here() {
    return new ProcessRunner(List.of());
  }

  /** The one that runs commands in the network namespace of this name. */
  static CommandRunner inNamespace(String name) {
    return new ProcessRunner(List.of("ip", "netns", "exec", name));
  }
}
