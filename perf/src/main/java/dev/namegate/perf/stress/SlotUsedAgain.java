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

/** Entries go and others come where they stood: nobody finds another's. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "before")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the old is gone, the new not there")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "after")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "all of it between the two lookups")
@Outcome(expect = Expect.FORBIDDEN, desc = "an entry of another address")
@State
public class SlotUsedAgain {
  private static final int COUNT = 12;

  private final DnsCache cache = Names.newCache();
  private final AddressTable table = cache.table();

  public SlotUsedAgain() {
    cache.learn(Names.answer(0, COUNT, 1), 0);
  }

  @Actor
  public void replace() {
    cache.expire(Names.seconds(2), 100);
    cache.learn(Names.answer(COUNT, 2 * COUNT, 60), Names.seconds(2));
  }

  @Actor
  public void look(II_Result result) {
    result.r1 = Names.look(table, 3, 0);
    result.r2 = Names.look(table, COUNT + 3, 0);
  }
}
