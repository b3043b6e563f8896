// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.stress;

import dev.namegate.cache.AddressTable;
import dev.namegate.cache.DnsCache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** An entry is there whole or not at all, and once seen it stays. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "in between")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(expect = Expect.FORBIDDEN, desc = "half an entry, or one that went away again")
@State
public class LearntOnce {
  private final DnsCache cache = Names.newCache();
  private final AddressTable table = cache.table();

  @Actor
  public void learn() {
    cache.learn(Names.answer(1, 60), 0);
  }

  @Actor
  public void look(II_Result result) {
    result.r1 = Names.look(table, 1, 0);
    result.r2 = Names.look(table, 1, 0);
  }
}
