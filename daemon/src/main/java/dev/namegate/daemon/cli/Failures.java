// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.nfq.rules.KernelRulesException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into one line for a person and an exit code. */
final class Failures implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof NoSuchFileException) {
      command.getErr().println("namegate: " + failure.getMessage());
      return ExitCode.USAGE;
    }
    if (failure instanceof KernelRulesException || failure instanceof IOException) {
      command.getErr().println("namegate: " + failure.getMessage());
      return ExitCode.ENVIRONMENT;
    }
    command.getErr().println("namegate: internal error, please report it:");
    failure.printStackTrace(command.getErr());
    return ExitCode.INTERNAL;
  }
}
