// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.EventHandler;
import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;

/**
 * Third stage of the replies: what a reply taught becomes visible to every decision that follows.
 *
 * <p>Tasks of other threads run before the reply that finds them, so that what they change holds
 * for it.
 *
 * <p><b>Threading:</b> this stage's thread is the one writer of the cache (<i>single-writer</i>).
 */
final class CommitHandler implements EventHandler<ReplyEvent> {
  private final Commit commit;
  private final WriterTasks tasks;
  private final IdleWork idleWork;
  private final NanoClock clock;
  private final Counters.Writer counters;

  /**
   * @param tasks what other threads want done on this stage's thread
   * @param idleWork of a stage with a thread of its own, done between two batches; {@link
   *     IdleWork#NONE} where the receiving thread does it
   */
  CommitHandler(
      Commit commit,
      WriterTasks tasks,
      IdleWork idleWork,
      NanoClock clock,
      Counters.Writer counters) {
    this.commit = commit;
    this.tasks = tasks;
    this.idleWork = idleWork;
    this.clock = clock;
    this.counters = counters;
  }

  @Override
  public void onEvent(ReplyEvent event, long sequence, boolean endOfBatch) {
    try {
      tasks.run();
      while (event.nextAnswer()) {
        commit.commit(event, clock.nowNs());
        counters.increment(Counter.DNS_REPLIES_LEARNT);
      }
    } finally {
      if (endOfBatch) {
        commit.endOfBatch(clock.nowNs());
      }
    }
  }

  /** The batch before is with the next stage by now. */
  @Override
  public void onBatchStart(long batchSize, long queueDepth) {
    boolean unused = idleWork.run();
  }

  @Override
  public void onTimeout(long sequence) {
    tasks.run();
    commit.endOfBatch(clock.nowNs());
    while (idleWork.run()) {
      Thread.onSpinWait();
    }
  }
}
