// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.namegate.packet.DomainName;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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

  private static Link link(long expiryNs) {
    NameNode owner = new NameNode(0, DomainName.ROOT, new int[0]);
    return new AddressLink(owner, new AddressNode(0, 0, 1), expiryNs);
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void topIsAlwaysTheSoonestWhateverWasAddedRemovedAndRenewed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long base = random.nextBoolean() ? 0 : Long.MAX_VALUE - 500;
    ExpiryHeap heap = new ExpiryHeap();
    List<Link> model = new ArrayList<>();
    for (int step = 0; step < 4_000; step++) {
      int choice = random.nextInt(10);
      if (choice < (step % 1_000 < 500 ? 5 : 2) || model.isEmpty()) {
        Link link = link(base + random.nextInt(1_000));
        heap.add(link);
        model.add(link);
      } else if (choice < 8) {
        Link link = model.remove(random.nextInt(model.size()));
        heap.remove(link);
        assertEquals(-1, link.heapIndex);
      } else {
        model.get(random.nextInt(model.size())).expiryNs += random.nextInt(300);
      }
      assertEquals(model.size(), heap.size());
      if (random.nextInt(3) == 0) {
        checkTop(heap, model, base);
      }
    }
    while (!model.isEmpty()) {
      checkTop(heap, model, base);
      Link top = heap.peek();
      assertNotNull(top);
      model.remove(top);
      heap.remove(top);
    }
    checkTop(heap, model, base);
  }

  private static void checkTop(ExpiryHeap heap, List<Link> model, long base) {
    Link top = heap.peek();
    if (model.isEmpty()) {
      assertNull(top);
      return;
    }
    assertNotNull(top);
    long soonest = model.stream().mapToLong(link -> link.expiryNs - base).min().orElseThrow();
    assertEquals(soonest, top.expiryNs - base);
  }
}
