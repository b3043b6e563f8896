// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Writes a line for each Log rule that was recorded.
 *
 * <p><b>Threading:</b> on a thread of its own.
 *
 * <p><b>Bounds:</b> {@value #LINES_PER_ROUND} lines in a round of {@value #ROUND_MS} ms, of all
 * recorders together; each round begins with another of them.
 */
final class RuleLogWriter {
  static final int LINES_PER_ROUND = 20;
  static final int ROUND_MS = 100;

  private static final System.Logger LOG = System.getLogger(RuleLogger.class.getName());

  private final List<RuleLogger> recorders;
  private final Consumer<String> lines;
  private final Thread thread = new Thread(this::run, "ng-rule-log");
  private int first;
  private volatile boolean stopped;

  /** Writes to the daemon's log. */
  RuleLogWriter(List<RuleLogger> recorders) {
    this(recorders, line -> LOG.log(System.Logger.Level.INFO, line));
  }

  RuleLogWriter(List<RuleLogger> recorders, Consumer<String> lines) {
    this.recorders = List.copyOf(recorders);
    this.lines = lines;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes what waits still, as far as one round goes. */
  void stop() throws InterruptedException {
    stopped = true;
    LockSupport.unpark(thread);
    thread.join();
  }

  private void run() {
    while (!stopped) {
      LockSupport.parkNanos(ROUND_MS * 1_000_000L);
      write();
    }
  }

  /** One round. */
  void write() {
    int left = LINES_PER_ROUND;
    for (int i = 0; i < recorders.size(); i++) {
      left -= recorders.get((first + i) % recorders.size()).write(left, lines);
    }
    first = (first + 1) % recorders.size();
  }
}
