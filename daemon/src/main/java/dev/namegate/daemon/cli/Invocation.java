// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.daemon.pipeline.Commit;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.function.UnaryOperator;

/** One call of {@code namegate}: its words, done. */
public final class Invocation {
  private Invocation() {}

  /**
   * Runs one command to its end and returns the exit code.
   *
   * @param commitStage what stands between the commit stage and the cache; the identity but for
   *     tests that block or break that stage
   */
  public static int execute(UnaryOperator<Commit> commitStage, String... args) {
    RunWords plain = RunWords.of(args);
    return plain == null
        ? Namegate.commandLine(new RunCommand(commitStage)).execute(args)
        : run(new ForegroundRun(plain, commitStage));
  }

  private static int run(ForegroundRun run) {
    try {
      return run.run(new PrintWriter(System.out, true, Charset.defaultCharset()));
    } catch (Exception failure) { // whatever it is, a person is told
      return Failures.report(failure, new PrintWriter(System.err, true, Charset.defaultCharset()));
    }
  }
}
