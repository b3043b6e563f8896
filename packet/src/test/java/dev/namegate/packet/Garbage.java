// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What code allocates each time that it runs. */
public final class Garbage {
  private static final int ROUNDS = 5;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Garbage() {}

  /**
   * The least that one of several rounds allocates, in bytes, after one that is not counted. The
   * JVM allocates for itself now and then, as when it compiles what runs, and on a busy machine
   * does so late; what the code leaves behind is in each round.
   */
  public static long leastOf(Runnable round) {
    assertTrue(THREADS.isThreadAllocatedMemoryEnabled(), "the JVM counts allocations");
    round.run();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      round.run();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
