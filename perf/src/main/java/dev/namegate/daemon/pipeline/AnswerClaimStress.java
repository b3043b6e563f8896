// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.IJ_Result;

/**
 * <i>one-verdict</i>: the release stage and the hold timer look at the same held packet, and one of
 * them answers. In this package because what it tries is.
 */
public final class AnswerClaimStress {
  private static final long FIRST = 7;
  private static final long SECOND = 8;

  private AnswerClaimStress() {}

  /** Both want to answer. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "one answers")
  @Outcome(expect = Expect.FORBIDDEN, desc = "none, or both")
  @State
  public static class OneAnswers {
    private final AnswerClaim held = new AnswerClaim();

    public OneAnswers() {
      held.hold(FIRST, 1);
    }

    @Actor
    public void release(II_Result result) {
      result.r1 = held.claim(FIRST) ? 1 : 0;
    }

    @Actor
    public void timer(II_Result result) {
      long id = held.id();
      // It read the id before the claim, so it may have read that of nothing.
      result.r2 = id >= 0 && held.claim(id) ? 1 : 0;
    }
  }

  /**
   * The stage answers, and the slot holds the next packet while the timer looks: the timer may
   * answer that one, with its own time, but the first only if the stage did not.
   */
  @JCStressTest
  @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the timer claims nothing")
  @Outcome(id = "1, 802", expect = Expect.ACCEPTABLE, desc = "the timer claims the second")
  @Outcome(id = "0, 701", expect = Expect.ACCEPTABLE, desc = "the timer claims the first")
  @Outcome(expect = Expect.FORBIDDEN, desc = "two answers, none, or another packet's time")
  @State
  public static class SlotHoldsTheNext {
    private final AnswerClaim held = new AnswerClaim();

    public SlotHoldsTheNext() {
      held.hold(FIRST, 1);
    }

    @Actor
    public void release(IJ_Result result) {
      result.r1 = held.claim(FIRST) ? 1 : 0;
      if (result.r1 == 1) {
        held.hold(SECOND, 2);
      }
    }

    @Actor
    public void timer(IJ_Result result) {
      long id = held.id();
      long sinceNs = held.sinceNs();
      if (id >= 0 && held.claim(id)) {
        result.r2 = 100 * id + sinceNs;
      }
    }
  }
}
