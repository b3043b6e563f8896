// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.EventHandler;
import dev.namegate.cache.DnsCache;
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
  /** Expired entries removed at a time, so that no reply waits long behind the removal. */
  private static final int EXPIRE_BUDGET = 256;

  private final Commit commit;
  private final DnsCache cache;
  private final WriterTasks tasks;
  private final NanoClock clock;
  private final Counters.Writer counters;

  /**
   * @param tasks what other threads want done on this stage's thread
   */
  CommitHandler(
      Commit commit, DnsCache cache, WriterTasks tasks, NanoClock clock, Counters.Writer counters) {
    this.commit = commit;
    this.cache = cache;
    this.tasks = tasks;
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
        endBatch();
      }
    }
  }

  /** What goes is gone from the cache first: then the kernel is told all in one. */
  private void endBatch() {
    cache.expire(clock.nowNs(), EXPIRE_BUDGET);
    commit.endOfBatch(clock.nowNs());
  }

  @Override
  public void onTimeout(long sequence) {
    tasks.run();
    endBatch();
  }
}
