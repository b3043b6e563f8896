// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.stress;

import dev.namegate.cache.DnsCache;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * <i>learn-before-release</i>: who has seen the release of an answer finds what it taught.
 *
 * <p>The release is a write without any order of its own behind a full fence, as {@code
 * ReleaseHandler} has it before its send; the kernel's locks on the way to the flow's queue are the
 * fence of the one who sees it.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not released, not learnt")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "learnt, not released yet")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "released and learnt")
@Outcome(expect = Expect.FORBIDDEN, desc = "released, but not learnt or not whole")
@State
public class LearnBeforeRelease {
  private static final VarHandle RELEASED;

  static {
    try {
      RELEASED =
          MethodHandles.lookup().findVarHandle(LearnBeforeRelease.class, "released", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final DnsCache cache = Names.newCache();

  @SuppressWarnings("unused") // by its handle
  private int released;

  @Actor
  public void release() {
    int taught = cache.learn(Names.answer(1, 60), 0);
    VarHandle.fullFence();
    RELEASED.setOpaque(this, taught);
  }

  @Actor
  public void decide(II_Result result) {
    result.r1 = (int) RELEASED.getOpaque(this);
    VarHandle.fullFence();
    result.r2 = Names.look(cache.table(), 1, 0);
  }
}
