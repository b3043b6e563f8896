// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.NanoClock;
import dev.namegate.packet.HotPath;

/**
 * Forgets what is over: names and addresses, and what the kernel dropped by itself. Nothing depends
 * on when that happens, for whoever looks something up compares times. So it is done where no reply
 * waits for its release.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> {@value #BUDGET} names or addresses at a time, and once in {@value
 * #INTERVAL_NS} ns unless more are over.
 *
 * <p><b>Errors:</b> a fault here is logged, and ends no thread; it is tried again a second later.
 */
@HotPath
final class Housekeeping implements IdleWork {
  private static final System.Logger LOG = System.getLogger(Housekeeping.class.getName());

  private static final int BUDGET = 32;
  private static final long INTERVAL_NS = 1_000_000;
  private static final long PAUSE_AFTER_FAULT_NS = 1_000_000_000;

  private final DnsCache cache;
  private final Commit commit;
  private final NanoClock clock;

  private boolean more;
  private long lastNs;

  Housekeeping(DnsCache cache, Commit commit, NanoClock clock) {
    this.cache = cache;
    this.commit = commit;
    this.clock = clock;
    this.lastNs = clock.nowNs() - INTERVAL_NS;
  }

  @Override
  public boolean run() {
    long nowNs = clock.nowNs();
    if (!more && nowNs - lastNs < INTERVAL_NS) {
      return false;
    }
    lastNs = nowNs;
    try {
      more = cache.expire(nowNs, BUDGET) == BUDGET;
      commit.tidy(nowNs);
    } catch (RuntimeException fault) {
      more = false;
      lastNs += PAUSE_AFTER_FAULT_NS;
      LOG.log(System.Logger.Level.ERROR, "cannot forget what is over", fault);
    }
    return more;
  }
}
