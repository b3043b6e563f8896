// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

/** What the process's exit code means; the same for every command. */
final class ExitCode {
  static final int DONE = 0;

  /** The command's words are wrong, or the resources are invalid. */
  static final int USAGE = 2;

  /** A permission, kernel feature or tool is missing. */
  static final int ENVIRONMENT = 3;

  /** A defect of ours. */
  static final int INTERNAL = 4;

  private ExitCode() {}
}
