// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExpiryHeapTest {
  static LongStream seeds() {
    Long given = Long.getLong("seed");
    return given != null
        ? LongStream.of(given)
        : LongStream.concat(LongStream.range(0, 20), LongStream.of(System.nanoTime()));
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void topIsAlwaysTheSoonestWhateverWasAddedRemovedAndRenewed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long base = random.nextBoolean() ? 0 : Long.MAX_VALUE - 500;
    Links links = new Links();
    ExpiryHeap heap = new ExpiryHeap(links);
    List<Integer> model = new ArrayList<>();
    for (int step = 0; step < 4_000; step++) {
      int choice = random.nextInt(10);
      if (choice < (step % 1_000 < 500 ? 5 : 2) || model.isEmpty()) {
        int link = links.add(false, 1, 1, base + random.nextInt(1_000));
        heap.add(link);
        model.add(link);
      } else if (choice < 8) {
        int link = model.remove(random.nextInt(model.size()));
        heap.remove(link);
        assertEquals(-1, links.queueIndex(link));
        links.free(link);
      } else {
        int link = model.get(random.nextInt(model.size()));
        links.expiryNs(link, links.expiryNs(link) + random.nextInt(300));
      }
      assertEquals(model.size(), heap.size());
      if (random.nextInt(3) == 0) {
        checkTop(links, heap, model, base);
      }
    }
    while (!model.isEmpty()) {
      checkTop(links, heap, model, base);
      int top = heap.peek();
      assertTrue(model.remove((Integer) top));
      heap.remove(top);
    }
    checkTop(links, heap, model, base);
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void tellsWhichComeNextInTheirOrder(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long base = random.nextBoolean() ? 0 : Long.MAX_VALUE - 500;
    Links links = new Links();
    ExpiryHeap heap = new ExpiryHeap(links);
    List<Integer> model = new ArrayList<>();
    int[] next = new int[random.nextInt(1, 100)];
    assertEquals(0, heap.soonest(next, next.length));
    for (int i = random.nextInt(1, 400); i > 0; i--) {
      int link = links.add(false, 1, 1, base + random.nextInt(1_000));
      heap.add(link);
      model.add(link);
    }
    while (!model.isEmpty()) {
      int found = heap.soonest(next, next.length);
      assertEquals(Math.min(next.length, model.size()), found);
      List<Long> expected =
          model.stream().map(link -> links.expiryNs(link) - base).sorted().limit(found).toList();
      List<Long> told =
          IntStream.of(next).limit(found).mapToObj(link -> links.expiryNs(link) - base).toList();
      assertEquals(expected, told);
      assertEquals(found, IntStream.of(next).limit(found).distinct().count());
      int link = model.remove(random.nextInt(model.size()));
      heap.remove(link);
    }
  }

  private static void checkTop(Links links, ExpiryHeap heap, List<Integer> model, long base) {
    int top = heap.peek();
    if (model.isEmpty()) {
      assertEquals(0, top);
      return;
    }
    assertTrue(model.contains(top));
    long soonest =
        model.stream().mapToLong(link -> links.expiryNs(link) - base).min().orElseThrow();
    assertEquals(soonest, links.expiryNs(top) - base);
  }
}
