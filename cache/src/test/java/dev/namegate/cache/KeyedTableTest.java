// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The table ≡ a {@link HashMap} while things come and go. */
class KeyedTableTest {
  private static final int KEYS = 400;

  /** A hash of few values makes long runs, over which what is behind a gap has to move. */
  private static final class Crowded extends KeyedTable<Share> {
    @Override
    int hashOf(Share share) {
      return share.client % 5 - 2;
    }

    @org.jspecify.annotations.Nullable
    Share find(int client) {
      int slot = start(client % 5 - 2);
      for (Share share = at(slot); share != null; share = at(slot)) {
        if (share.client == client) {
          return share;
        }
        slot = next(slot);
      }
      return null;
    }
  }

  @Test
  void findsWhatIsThereAndNothingElse() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Crowded table = new Crowded();
    Map<Integer, Share> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      int client = random.nextInt(1 + KEYS * ((step / 2_000) % 3) / 2);
      Share known = model.get(client);
      assertSame(known, table.find(client));
      if (known == null) {
        Share share = new Share(client);
        model.put(client, share);
        table.put(share);
      } else {
        table.remove(model.remove(client));
        assertNull(table.find(client));
      }
      if (step % 100 == 0) {
        model.forEach((key, share) -> assertSame(share, table.find(key)));
        assertEquals(new HashSet<>(model.values()), new HashSet<>(table));
        assertEquals(model.size(), table.size());
      }
    }
  }

  @Test
  void removingWhatIsNotThereChangesNothing() {
    Shares shares = new Shares();
    Share one = new Share(1);
    shares.put(one);
    shares.remove(new Share(2));
    assertSame(one, shares.find(1));
    shares.clear();
    assertNull(shares.find(1));
    assertEquals(0, shares.size());
  }
}
