// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IntQueueTest {
  @Test
  void agreesWithADeque() {
    SplittableRandom random = new SplittableRandom(1);
    IntQueue queue = new IntQueue();
    ArrayDeque<Integer> model = new ArrayDeque<>();
    for (int step = 0; step < 200_000; step++) {
      assertEquals(model.isEmpty(), queue.isEmpty());
      if (model.isEmpty() || random.nextInt(10) < (step / 20_000 % 2 == 0 ? 7 : 3)) {
        int item = random.nextInt();
        queue.add(item);
        model.add(item);
      } else {
        assertEquals(model.remove(), queue.poll());
      }
    }
    while (!model.isEmpty()) {
      assertEquals(model.remove(), queue.poll());
    }
    assertTrue(queue.isEmpty());
  }

  @Test
  void givesBackWhatIsBeyondALittleWhenItGetsEmpty() {
    IntQueue queue = new IntQueue();
    for (int i = 0; i < 100_000; i++) {
      queue.add(i);
    }
    assertTrue(queue.capacity() >= 100_000);
    for (int i = 0; i < 100_000; i++) {
      assertEquals(i, queue.poll());
    }

    assertTrue(queue.capacity() < 100);
    queue.add(7);
    assertEquals(7, queue.poll());
  }
}
