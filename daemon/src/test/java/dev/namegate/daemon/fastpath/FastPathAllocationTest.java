// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.namegate.daemon.pipeline.Answer;
import dev.namegate.daemon.stats.Counter;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An answer whose entries are there already costs no heap. */
final class FastPathAllocationTest {
  private static final int ROUNDS = 20_000;

  /** What the JVM allocates once, when it compiles or links, is not what is asked for. */
  private static final int ATTEMPTS = 3;

  private final FastPathRig rig = new FastPathRig(150);

  @Test
  void takesARenewalWithoutAllocating() throws Exception {
    rig.enforce("{protocol: TCP, destination: {ports: [443], domains: ['*.good.test']}}");
    List<Answer> answers =
        List.of(
            rig.learn("10.65.0.2", "a.good.test", 600, "198.51.100.1", "2001:db8::1"),
            rig.learn("192.0.2.1", "b.good.test", 600, "198.51.100.2"),
            rig.learn("10.99.0.9", "c.good.test", 600, "198.51.100.3"),
            rig.learn("10.65.0.2", "bad.test", 600, "198.51.100.4"));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    commit(answers);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ATTEMPTS; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      commit(answers);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }

    assertEquals(0, least);
    assertEquals(4, rig.count(Counter.FAST_PATH_ADDED), "the host has two endpoints");
  }

  private void commit(List<Answer> answers) {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < answers.size(); i++) {
        rig.fastPath().commit(answers.get(i), rig.nowNs());
      }
      rig.fastPath().endOfBatch(rig.nowNs());
    }
  }
}
