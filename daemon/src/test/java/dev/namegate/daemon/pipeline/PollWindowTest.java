// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A receiver that looks every 500 ns while it polls, and takes 40 µs to wake up. */
class PollWindowTest {
  private static final long WINDOW_NS = 50_000;
  private static final long LOOK_NS = 500;
  private static final long WAKE_UP_NS = 40_000;
  private static final long SECOND_NS = 1_000_000_000L;

  private long nowNs = Long.MAX_VALUE - SECOND_NS; // the clock wraps on the way
  private PollWindow window = new PollWindow(() -> nowNs, WINDOW_NS);
  private int sleeps;
  private long polledNs;

  @Test
  void sleepsAtOnceBeforeItKnowsAnything() {
    window.worked();
    assertFalse(window.again());
  }

  @Test
  void pollsOnceSixPausesWereShort() {
    pauses(5, 20_000);
    assertEquals(5, sleeps);
    assertEquals(0, polledNs);
    pauses(1_000, 20_000);
    assertEquals(6, sleeps);
  }

  @Test
  void pollsNoLongerThanTheWindow() {
    pauses(100, 10_000);
    forget();
    pauses(1, 10 * SECOND_NS);
    assertEquals(1, sleeps);
    assertEquals(WINDOW_NS, polledNs);
  }

  @Test
  void paysForFewWindowsWhenPacketsComeSlower() {
    pauses(1_000, 10_000);
    forget();
    pauses(10_000, 1_000_000);
    assertEquals(10_000, sleeps);
    assertEquals(PollWindow.GIVE_UP_PAUSES * WINDOW_NS, polledNs);
  }

  @Test
  void keepsPollingThroughBurstsThatEndInLongPauses() {
    for (int burst = 0; burst < 100; burst++) {
      pauses(63, 5_000);
      pauses(1, 1_000_000);
    }
    assertTrue(sleeps < 120, "slept " + sleeps + " times in 6,400 pauses");
  }

  @Test
  void neverPollsForPacketsAtASlowPace() {
    pauses(100_000, WINDOW_NS + PollWindow.WAKE_UP_NS);
    assertEquals(100_000, sleeps);
    assertEquals(0, polledNs);
  }

  @Test
  void neverPollsWithoutAWindow() {
    window = new PollWindow(() -> nowNs, 0);
    pauses(1_000, 100);
    assertEquals(1_000, sleeps);
    assertEquals(0, polledNs);
  }

  /** What is polled in vain is at most three windows for each wake-up that was spared. */
  @Test
  void pollingInVainStaysInProportionToWhatItSpares() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (long meanNs = 5_000; meanNs <= 2_000_000; meanNs = meanNs * 3 / 2) {
      window = new PollWindow(() -> nowNs, WINDOW_NS);
      forget();
      long vainNs = 0;
      int spared = 0;
      for (int i = 0; i < 20_000; i++) {
        int sleepsBefore = sleeps;
        long polledBeforeNs = polledNs;
        pauses(1, (long) (-Math.log(1 - random.nextDouble()) * meanNs));
        if (sleeps == sleepsBefore) {
          spared++;
        } else {
          vainNs += polledNs - polledBeforeNs;
        }
      }
      long boundNs = 3 * WINDOW_NS * spared + 20_000 * WINDOW_NS / 50;
      assertTrue(
          vainNs <= boundNs,
          "seed=" + seed + " mean=" + meanNs + " vain=" + vainNs + " spared=" + spared);
    }
  }

  @Test
  void anEarlyEndOfTheSleepIsPartOfThePause() {
    window.worked();
    for (int second = 0; second < 3; second++) {
      assertFalse(window.again());
      nowNs += SECOND_NS;
      window.slept();
    }
    window.worked();
    pauses(4, 1_000);
    assertEquals(0, polledNs);
  }

  /** So many times work, and this long nothing. */
  private void pauses(int count, long pauseNs) {
    for (int i = 0; i < count; i++) {
      window.worked();
      long comesNs = nowNs + pauseNs;
      while (comesNs - nowNs > 0 && window.again()) {
        nowNs += LOOK_NS;
        polledNs += LOOK_NS;
      }
      if (comesNs - nowNs > 0) {
        sleeps++;
        nowNs = comesNs + WAKE_UP_NS;
        window.slept();
      }
    }
    window.worked();
  }

  private void forget() {
    sleeps = 0;
    polledNs = 0;
  }
}
