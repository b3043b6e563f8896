// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HandleIndexTest {
  private static final int MOST = 40_000;

  static LongStream seeds() {
    Long given = Long.getLong("seed");
    return given != null
        ? LongStream.of(given)
        : LongStream.concat(LongStream.range(0, 5), LongStream.of(System.nanoTime()));
  }

  private static Set<Integer> of(HandleIndex index, int hash) {
    Set<Integer> found = new TreeSet<>();
    for (int handle = index.first(hash); handle != 0; handle = index.next(handle, hash)) {
      found.add(handle);
    }
    return found;
  }

  /** Grows and shrinks, with hashes that are often the same. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void findsTheHandlesOfAHashAndNoOthers(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    HandleIndex index = new HandleIndex();
    Map<Integer, Set<Integer>> model = new HashMap<>();
    List<int[]> present = new ArrayList<>();
    int handles = 0;
    for (int step = 0; step < 3 * MOST; step++) {
      boolean isGrowing = step / MOST != 1;
      if (present.isEmpty() || random.nextInt(10) < (isGrowing ? 7 : 2)) {
        int hash = random.nextBoolean() ? random.nextInt() : random.nextInt(1_000);
        index.add(++handles, hash);
        present.add(new int[] {handles, hash});
        model.computeIfAbsent(hash, unused -> new TreeSet<>()).add(handles);
      } else {
        int at = random.nextInt(present.size());
        int[] removed = present.get(at);
        present.set(at, present.get(present.size() - 1));
        present.remove(present.size() - 1);
        index.remove(removed[0]);
        model.getOrDefault(removed[1], new TreeSet<>()).remove(removed[0]);
      }
      assertEquals(present.size(), index.size());
      int asked = random.nextInt(1_000);
      assertEquals(model.getOrDefault(asked, Set.of()), of(index, asked));
    }
    model.forEach((hash, expected) -> assertEquals(expected, of(index, hash)));
    index.clear();
    model.forEach((hash, expected) -> assertEquals(Set.of(), of(index, hash)));
  }
}
