// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.NanoClock;
import dev.namegate.packet.HotPath;

/**
 * Whether to wake up for a question, to be awake when its answer comes, and how long to wait for
 * that. It pays where the server is near: on this host, or one that answers from its cache.
 *
 * <p>So a receiver that sleeps looks at how often an answer came within the window after a question
 * that woke it, the last dozen or so counting most: it is woken by questions until fewer than
 * {@value #STOP} of {@value #ALL} were answered so soon, and then by one in {@value #PROBE} sleeps,
 * to see whether that has changed.
 *
 * <p><b>Threading:</b> belongs to the thread that receives.
 *
 * <p><b>Bounds:</b> polls for a window once for each question that wakes it.
 */
@HotPath
final class AnswerWindow {
  static final int ALL = 256;
  static final int STOP = 64;
  static final int PROBE = 64;

  /** Each answer counts for an eighth, those before it for the rest. */
  private static final int WEIGHT_SHIFT = 3;

  private final NanoClock clock;
  private final long windowNs;

  private boolean waiting;
  private long askedNs;

  /** Which part of the questions was answered within the window, of {@link #ALL}. */
  private int answered = ALL;

  /** Sleeps since a question could end one. */
  private int sleeps;

  /**
   * @param windowNs the longest that is waited awake for an answer; 0 is never woken by questions
   */
  AnswerWindow(NanoClock clock, long windowNs) {
    this.clock = clock;
    this.windowNs = windowNs;
  }

  /** Whether a question shall end the sleep that begins now. */
  boolean isWokenByQuestions() {
    if (windowNs > 0 && (answered >= STOP || ++sleeps == PROBE)) {
      sleeps = 0;
      return true;
    }
    return false;
  }

  /** A question ended the sleep. */
  void asked() {
    waiting = true;
    askedNs = clock.nowNs();
  }

  /** Something came, whatever it was. */
  void answered() {
    if (waiting) {
      waiting = false;
      answered += (ALL - answered) >> WEIGHT_SHIFT;
    }
  }

  /** Whether to look again at once, for an answer may come any moment. */
  boolean again() {
    if (waiting && clock.nowNs() - askedNs >= windowNs) {
      waiting = false;
      answered -= (answered + (1 << WEIGHT_SHIFT) - 1) >> WEIGHT_SHIFT;
    }
    return waiting;
  }
}
