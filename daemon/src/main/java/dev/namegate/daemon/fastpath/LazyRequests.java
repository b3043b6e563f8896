// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.daemon.pipeline.AllowedFlows;
import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledPolicy;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Flows that were queued, and that the kernel may accept by itself from now on: a ring from the
 * deciding stage to the thread that writes to the sets.
 *
 * <p><b>Threading:</b> one thread posts, one drains.
 *
 * <p><b>Bounds:</b> {@value #CAPACITY} requests; more are lost, and counted: their flows are queued
 * again, and ask again.
 */
@HotPath
public final class LazyRequests implements AllowedFlows {
  static final int CAPACITY = 4096;

  /** Waking the writer costs it more than a request. */
  static final long NUDGE_INTERVAL_NS = 2_000_000;

  private final @Nullable Ruleset[] rulesets = new Ruleset[CAPACITY];
  private final int[] endpoints = new int[CAPACITY];
  private final EntryKeys keys = new EntryKeys(CAPACITY);
  private final AtomicLong posted = new AtomicLong();
  private final AtomicLong drained = new AtomicLong();
  private final Runnable nudge;
  private final Counters.Writer counters;
  private long nudgedNs;
  private boolean nudgedOnce;

  /**
   * @param nudge makes the writer look here soon; run by either thread
   */
  public LazyRequests(Runnable nudge, Counters.Writer counters) {
    this.nudge = nudge;
    this.counters = counters;
  }

  /** Takes what the ring held. On the draining thread. */
  interface Taker {
    /**
     * Takes one.
     *
     * @param ruleset the one that allowed the flow
     * @param keys whose entry at this index says where the flow goes, and from where
     */
    void take(Ruleset ruleset, int endpoint, EntryKeys keys, int at);
  }

  @Override
  public void allowed(Ruleset ruleset, int endpoint, int decision, IpPacket packet, long nowNs) {
    if (!ruleset.policy().isCacheable(endpoint, decision, packet)) {
      return;
    }
    long next = posted.getPlain();
    if (next - drained.getAcquire() < CAPACITY) {
      int at = (int) next & (CAPACITY - 1);
      rulesets[at] = ruleset;
      endpoints[at] = endpoint;
      keys.destination(at, packet.destinationHi(), packet.destinationLo());
      keys.source(at, packet.sourceHi(), packet.sourceLo());
      keys.place(at, 0, CompiledPolicy.portKey(packet.protocol(), packet.destinationPort()));
      posted.setRelease(next + 1);
    } else {
      counters.increment(Counter.FAST_PATH_REQUESTS_LOST);
    }
    if (!nudgedOnce || nowNs - nudgedNs >= NUDGE_INTERVAL_NS) {
      nudgedOnce = true;
      nudgedNs = nowNs;
      nudge.run();
    }
  }

  /**
   * Hands over at most this many; if there are more, the writer will look here again soon.
   *
   * @return how many it handed over
   */
  int drain(int most, Taker taker) {
    long from = drained.getPlain();
    long until = Math.min(posted.getAcquire(), from + most);
    for (long i = from; i < until; i++) {
      int at = (int) i & (CAPACITY - 1);
      Ruleset ruleset = rulesets[at];
      rulesets[at] = null; // or it would keep a policy that is gone
      if (ruleset != null) {
        taker.take(ruleset, endpoints[at], keys, at);
      }
      drained.setRelease(i + 1);
    }
    if (posted.getAcquire() > until) {
      nudge.run();
    }
    return (int) (until - from);
  }
}
