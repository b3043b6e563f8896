// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.cli.Invocation;
import dev.namegate.daemon.pipeline.Answer;
import dev.namegate.daemon.pipeline.Commit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The daemon with a gate before its commits: while the file named by the system property {@code
 * namegate.test.gate} exists, the thread of the commit stage stands still there.
 */
public final class BlockableDaemon {
  private static final long LOOK_AGAIN_NS = 1_000_000;

  private BlockableDaemon() {}

  public static void main(String[] arguments) {
    Path gate = Path.of(System.getProperty("namegate.test.gate"));
    System.exit(
        Invocation.execute(
            commit ->
                new Commit() {
                  @Override
                  public void commit(Answer answer, long nowNs) {
                    while (Files.exists(gate)) {
                      LockSupport.parkNanos(LOOK_AGAIN_NS);
                    }
                    commit.commit(answer, nowNs);
                  }

                  @Override
                  public void endOfBatch(long nowNs) {
                    commit.endOfBatch(nowNs);
                  }
                },
            arguments));
  }
}
