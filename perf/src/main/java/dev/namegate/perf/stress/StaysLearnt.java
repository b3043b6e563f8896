// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.stress;

import dev.namegate.cache.AddressTable;
import dev.namegate.cache.DnsCache;
import dev.namegate.packet.dns.Edge;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** An address that stays learnt is found whatever happens beside it in the table. */
public final class StaysLearnt {
  private static final int STEADY = 1;

  /** More than half of the smallest array: the table is rebuilt larger. */
  private static final List<Edge> MANY = Names.answer(10, 50, 60);

  private static final List<Edge> SHORT_LIVED = Names.answer(10, 16, 1);
  private static final List<Edge> KNOWN = Names.answer(STEADY, 60);
  private static final List<Edge> RENEWED = Names.answer(STEADY, 600);

  private StaysLearnt() {}

  /** A cache that knows the steady address; the reader's side of each test. */
  abstract static class Known {
    final DnsCache cache = Names.newCache();
    final AddressTable table;

    Known() {
      cache.learn(KNOWN, 0);
      table = cache.table();
    }

    final void lookTwice(II_Result result) {
      result.r1 = Names.look(table, STEADY, 0);
      result.r2 = Names.look(table, STEADY, 0);
    }
  }

  /** The array is replaced by a larger one. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "found")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost")
  @State
  public static class WhileTheTableGrows extends Known {
    @Actor
    public void learn() {
      cache.learn(MANY, 0);
    }

    @Actor
    public void look(II_Result result) {
      lookTwice(result);
    }
  }

  /** Slots before and behind it become gone, and then empty. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "found")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost")
  @State
  public static class WhileOthersExpire extends Known {
    public WhileOthersExpire() {
      cache.learn(SHORT_LIVED, 0);
    }

    @Actor
    public void expire() {
      cache.expire(Names.seconds(2), 100);
    }

    @Actor
    public void look(II_Result result) {
      lookTwice(result);
    }
  }

  /** Its own entry is replaced. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "found")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost")
  @State
  public static class WhileItIsRenewed extends Known {
    @Actor
    public void renew() {
      cache.learn(RENEWED, 0);
    }

    @Actor
    public void look(II_Result result) {
      lookTwice(result);
    }
  }

  /** A new policy gets a table of its own: the old one goes on with the old ids. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "found")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or with the ids of the other policy")
  @State
  public static class WhileAnotherPolicyComes extends Known {
    @Actor
    public void rematch() {
      cache.rematch(name -> Names.setsOf(name, 7), 0);
    }

    @Actor
    public void look(II_Result result) {
      lookTwice(result);
    }
  }
}
