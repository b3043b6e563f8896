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
 * <p><b>Threading:</b> this stage's thread is the one writer of the cache (<i>single-writer</i>).
 */
final class CommitHandler implements EventHandler<ReplyEvent> {
  /** Expired entries removed at a time, so that no reply waits long behind the removal. */
  private static final int EXPIRE_BUDGET = 256;

  private final Commit commit;
  private final DnsCache cache;
  private final NanoClock clock;
  private final Counters.Writer counters;

  CommitHandler(Commit commit, DnsCache cache, NanoClock clock, Counters.Writer counters) {
    this.commit = commit;
    this.cache = cache;
    this.clock = clock;
    this.counters = counters;
  }

  @Override
  public void onEvent(ReplyEvent event, long sequence, boolean endOfBatch) {
    if (event.teaches() && !event.message().chain().isEmpty()) {
      commit.commit(event.message().chain(), clock.nowNs());
      counters.increment(Counter.DNS_REPLIES_LEARNT);
    }
    if (endOfBatch) {
      cache.expire(clock.nowNs(), EXPIRE_BUDGET);
    }
  }

  @Override
  public void onTimeout(long sequence) {
    cache.expire(clock.nowNs(), EXPIRE_BUDGET);
  }
}
