// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

/**
 * Says in the log how long the steps of a start take: with {@code --verbose}, a line for each.
 *
 * <p><b>Threading:</b> confined to the thread that starts.
 */
public final class StartPhases {
  private static final System.Logger LOG = System.getLogger(StartPhases.class.getName());

  private final NanoClock clock;
  private long lastNs;

  public StartPhases(NanoClock clock) {
    this.clock = clock;
    this.lastNs = clock.nowNs();
  }

  /** This step took the time since the one before. */
  public void done(String step) {
    long nowNs = clock.nowNs();
    long tookUs = (nowNs - lastNs) / 1_000;
    LOG.log(System.Logger.Level.DEBUG, () -> "start: step=" + step + " us=" + tookUs);
    lastNs = nowNs;
  }
}
