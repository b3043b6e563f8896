// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.NanoClock;
import dev.namegate.packet.HotPath;

/**
 * How long a receiver asks again and again after its last packet before it sleeps: the whole window
 * while packets tend to come within it, not at all when they do not.
 *
 * <p>A packet that is awaited awake is spared a wake-up, which costs about as much as the window is
 * long; a window that passes without one is spent for nothing. So the receiver looks at the pauses
 * that were, the last dozen or so counting most, and polls from {@value #START} of {@value #ALL}
 * short ones on until fewer than {@value #STOP} are. Packets at an even pace that is slower than
 * the window cost one sleep each, and nothing else; so does a daemon at rest.
 *
 * <p><b>Threading:</b> belongs to the thread that receives.
 *
 * <p><b>Bounds:</b> at most {@value #GIVE_UP_PAUSES} windows in a row pass for nothing.
 */
@HotPath
final class PollWindow {
  static final int ALL = 256;
  static final int START = 128;
  static final int STOP = 64;

  /** How many long pauses turn a receiver that met short ones only into one that sleeps at once. */
  static final int GIVE_UP_PAUSES = 10;

  /** How much longer a pause looks to one who slept: what waking up takes on a virtual machine. */
  static final long WAKE_UP_NS = 50_000;

  /** Each pause counts for an eighth, those before it for the rest. */
  private static final int WEIGHT_SHIFT = 3;

  private final NanoClock clock;
  private final long windowNs;

  private boolean resting;
  private boolean slept;
  private boolean polls;

  /** Which part of the pauses was short, of {@link #ALL}. */
  private int shortPauses;

  /** When there was work for the last time; when it was last looked for in vain. */
  private long restSinceNs;

  private long lookedNs;

  /**
   * @param windowNs the longest that is polled for a packet; 0 never polls
   */
  PollWindow(NanoClock clock, long windowNs) {
    this.clock = clock;
    this.windowNs = windowNs;
  }

  /** There was work, and it is done. */
  void worked() {
    if (resting) {
      resting = false;
      learn(lookedNs - restSinceNs);
    }
  }

  /**
   * There was no work. Returns whether to look again at once; if not, the caller sleeps until there
   * is some, and says so by {@link #slept}.
   */
  boolean again() {
    lookedNs = clock.nowNs();
    if (!resting) {
      resting = true;
      slept = false;
      restSinceNs = lookedNs;
    }
    return polls && lookedNs - restSinceNs < windowNs;
  }

  /** The sleep is over, whatever ended it. */
  void slept() {
    slept = true;
    lookedNs = clock.nowNs();
  }

  private void learn(long pauseNs) {
    long shortNs = slept && !polls ? windowNs + WAKE_UP_NS : windowNs;
    if (pauseNs < shortNs) {
      shortPauses += (ALL - shortPauses) >> WEIGHT_SHIFT;
    } else {
      shortPauses -= (shortPauses + (1 << WEIGHT_SHIFT) - 1) >> WEIGHT_SHIFT;
    }
    polls = windowNs > 0 && shortPauses >= (polls ? STOP : START);
  }
}
