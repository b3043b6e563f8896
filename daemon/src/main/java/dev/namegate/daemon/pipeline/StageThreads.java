// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.TimeoutBlockingWaitStrategy;
import com.lmax.disruptor.WaitStrategy;
import java.util.concurrent.TimeUnit;

/** On which threads the stages of a pipeline run. */
public enum StageThreads {
  /** All on the thread that receives: no hand-off, so the lowest latency on few cores. */
  POLLED,
  /** Each on a thread of its own: the highest throughput where cores are free. */
  OWN;

  private static final long IDLE_MS = 1_000;

  /** How a stage's thread waits for work; it wakes now and then to expire what is over. */
  WaitStrategy newWaitStrategy() {
    return this == POLLED
        ? new BusySpinWaitStrategy() // nobody waits: to publish takes no lock and wakes nobody
        : new TimeoutBlockingWaitStrategy(IDLE_MS, TimeUnit.MILLISECONDS);
  }
}
