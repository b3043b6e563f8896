// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

/**
 * Says in the log how long the steps of a start or a reload take: with {@code --verbose}, a line
 * for each.
 *
 * <p><b>Threading:</b> one thread at a time, each after the other is done.
 */
public final class Phases {
  private static final System.Logger LOG = System.getLogger(Phases.class.getName());

  private final String what;
  private final NanoClock clock;
  private long lastNs;

  /**
   * Begins now.
   *
   * @param what it is that takes these steps
   */
  public Phases(String what, NanoClock clock) {
    this.what = what;
    this.clock = clock;
    this.lastNs = clock.nowNs();
  }

  /** This step took the time since the one before. */
  public void done(String step) {
    long nowNs = clock.nowNs();
    long tookUs = (nowNs - lastNs) / 1_000;
    LOG.log(System.Logger.Level.DEBUG, () -> what + ": step=" + step + " us=" + tookUs);
    lastNs = nowNs;
  }
}
