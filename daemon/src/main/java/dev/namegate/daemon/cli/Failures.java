// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.nfq.rules.KernelRulesException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;

/** Turns what a command throws into one line for a person and an exit code. */
final class Failures {
  private Failures() {}

  static int report(Exception failure, PrintWriter err) {
    if (failure instanceof NoSuchFileException) {
      err.println("namegate: " + failure.getMessage());
      return ExitCode.USAGE;
    }
    if (failure instanceof KernelRulesException || failure instanceof IOException) {
      err.println("namegate: " + failure.getMessage());
      return ExitCode.ENVIRONMENT;
    }
    err.println("namegate: internal error, please report it:");
    failure.printStackTrace(err);
    return ExitCode.INTERNAL;
  }
}
