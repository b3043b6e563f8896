// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A receiver that looks every 500 ns while it waits for an answer. */
class AnswerWindowTest {
  private static final long WINDOW_NS = 50_000;
  private static final long LOOK_NS = 500;
  private static final long NEAR_NS = 20_000;
  private static final long FAR_NS = 2_000_000;

  private long nowNs = Long.MAX_VALUE - 10 * FAR_NS; // the clock wraps on the way
  private AnswerWindow window = new AnswerWindow(() -> nowNs, WINDOW_NS);
  private int wokenByQuestions;
  private int awakeForAnswers;
  private long waitedNs;

  @Test
  void isAwakeForAnswersOfANearServer() {
    questions(1_000, NEAR_NS);
    assertEquals(1_000, wokenByQuestions);
    assertEquals(1_000, awakeForAnswers);
  }

  @Test
  void waitsForAFarServerASixtyFourthOfTheTime() {
    questions(100, FAR_NS);
    int before = wokenByQuestions;
    waitedNs = 0;
    questions(64_000, FAR_NS);
    assertEquals(1_000, wokenByQuestions - before);
    assertEquals(1_000 * WINDOW_NS, waitedNs);
    assertEquals(0, awakeForAnswers);
  }

  @Test
  void noticesThatTheServerHasComeNearer() {
    questions(100, FAR_NS);
    questions(4 * AnswerWindow.PROBE, NEAR_NS);
    int before = wokenByQuestions;
    questions(100, NEAR_NS);
    assertEquals(100, wokenByQuestions - before);
  }

  @Test
  void goesOnWhereEveryOtherAnswerIsNear() {
    for (int i = 0; i < 500; i++) {
      questions(1, NEAR_NS);
      questions(1, FAR_NS);
    }
    assertEquals(1_000, wokenByQuestions);
  }

  @Test
  void isNeverWokenByQuestionsWithoutAWindow() {
    window = new AnswerWindow(() -> nowNs, 0);
    questions(1_000, NEAR_NS);
    assertEquals(0, wokenByQuestions);
  }

  @Test
  void waitsForNothingUnlessItWasAsked() {
    assertTrue(window.isWokenByQuestions());
    window.answered();
    assertFalse(window.again());
  }

  /** A question that finds the receiver asleep, and its answer so much later; so many times. */
  private void questions(int count, long answerNs) {
    for (int i = 0; i < count; i++) {
      if (window.isWokenByQuestions()) {
        wokenByQuestions++;
        window.asked();
        long askedNs = nowNs;
        while (window.again() && nowNs - askedNs < answerNs) {
          nowNs += LOOK_NS;
          waitedNs += LOOK_NS;
        }
        awakeForAnswers += nowNs - askedNs < WINDOW_NS ? 1 : 0;
        nowNs = askedNs + answerNs;
      } else {
        nowNs += answerNs;
      }
      window.answered();
      nowNs += FAR_NS;
    }
  }
}
