// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much the current thread has allocated, for the tests of <i>no-garbage</i>. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /** Never decreases; the difference of two readings is what lies between them. */
  static long bytes() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
