// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's rules or sets could not be read or written: which command failed, how, and what to
 * do about it.
 */
public final class KernelRulesException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Exit code of a command that did not run to its end. */
  public static final int NO_EXIT_CODE = -1;

  private static final Pattern LINE =
      Pattern.compile("(?:Error occurred at line: |Error in line |line )(\\d+)");

  private final String command;
  private final int exitCode;
  private final String detail;
  private final String advice;
  private final boolean missingTool;

  private KernelRulesException(
      String command, int exitCode, String detail, String advice, boolean missingTool) {
    super(
        command
            + (exitCode == NO_EXIT_CODE ? "" : ": exit " + exitCode)
            + ": "
            + detail
            + " — "
            + advice);
    this.command = command;
    this.exitCode = exitCode;
    this.detail = detail;
    this.advice = advice;
    this.missingTool = missingTool;
  }

  /** The command ran and failed. */
  static KernelRulesException failed(
      List<String> command, String input, CommandRunner.Result result) {
    String detail = firstLine(result.error());
    String advice = FailureAdvice.forOutput(result.error(), result.exitCode());
    return new KernelRulesException(
        String.join(" ", command),
        result.exitCode(),
        detail + refusedLine(input, result.error()),
        advice,
        false);
  }

  static KernelRulesException missingTool(List<String> command, Exception cause) {
    return with(
        cause,
        new KernelRulesException(
            String.join(" ", command),
            NO_EXIT_CODE,
            "cannot be started",
            FailureAdvice.forMissing(command.get(0)),
            true));
  }

  static KernelRulesException unfinished(List<String> command, int seconds) {
    return new KernelRulesException(
        String.join(" ", command),
        NO_EXIT_CODE,
        "did not end within " + seconds + " s and was stopped",
        "see with \"ps\" what holds it up; another program may hold the xtables lock",
        false);
  }

  static KernelRulesException interrupted(List<String> command, Exception cause) {
    return with(
        cause,
        new KernelRulesException(
            String.join(" ", command),
            NO_EXIT_CODE,
            "interrupted",
            "the rules may be half changed: start again, or run \"namegate cleanup\"",
            false));
  }

  static KernelRulesException unreadable(List<String> command, Exception cause) {
    return with(
        cause,
        new KernelRulesException(
            String.join(" ", command),
            NO_EXIT_CODE,
            "its output could not be read: " + cause,
            "start again",
            false));
  }

  /** Something in the kernel stands in our way, though every command did what it was told. */
  static KernelRulesException inTheWay(String command, String detail, String advice) {
    return new KernelRulesException(command, 0, detail, advice, false);
  }

  /** This failure, after which the attempt to put things back failed too. */
  KernelRulesException alsoFailed(KernelRulesException putBack) {
    KernelRulesException both =
        new KernelRulesException(
            command,
            exitCode,
            detail,
            advice
                + "; the former rules could not be put back ("
                + putBack.getMessage()
                + "), so the rules may be half changed: \"namegate cleanup\" removes them",
            missingTool);
    both.initCause(this);
    both.addSuppressed(putBack);
    return both;
  }

  private static KernelRulesException with(Exception cause, KernelRulesException e) {
    e.initCause(cause);
    return e;
  }

  private static String firstLine(String error) {
    return error
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst()
        .orElse("no message");
  }

  /** The line of our input that the command refused, if it names one. */
  private static String refusedLine(String input, String error) {
    Matcher matcher = LINE.matcher(error);
    List<String> lines = input.lines().toList();
    if (!matcher.find() || matcher.group(1).length() > 9) {
      return "";
    }
    int number = Integer.parseInt(matcher.group(1));
    return number < 1 || number > lines.size() ? "" : " (\"" + lines.get(number - 1) + "\")";
  }

  public String command() {
    return command;
  }

  /** The command's exit code, or {@link #NO_EXIT_CODE}. */
  public int exitCode() {
    return exitCode;
  }

  /** What the command said, and about which line of its input. */
  public String detail() {
    return detail;
  }

  public String advice() {
    return advice;
  }

  boolean isMissingTool() {
    return missingTool;
  }
}
