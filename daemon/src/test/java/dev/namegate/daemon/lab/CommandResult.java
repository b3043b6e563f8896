// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.util.List;

/**
 * What a command left.
 *
 * @param exit its exit code; {@link #TIMED_OUT} when it was ended at its time limit
 */
public record CommandResult(List<String> command, int exit, String stdout, String stderr) {
  public static final int TIMED_OUT = -1;

  public boolean succeeded() {
    return exit == 0;
  }

  /**
   * This, when the command succeeded.
   *
   * @throws AssertionError with all that is known, when it did not
   */
  public CommandResult orFail() {
    if (!succeeded()) {
      throw new AssertionError(toString());
    }
    return this;
  }

  @Override
  public String toString() {
    return String.join(" ", command)
        + (exit == TIMED_OUT ? "\nended at its time limit" : "\nexit " + exit)
        + "\nstdout: "
        + stdout
        + "\nstderr: "
        + stderr;
  }
}
