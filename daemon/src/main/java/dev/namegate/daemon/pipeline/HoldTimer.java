// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.RingBuffer;
import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.VerdictBatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Releases a reply that was held as long as {@code dnsPacketsNfqueueMaxHoldDuration} allows,
 * however stuck the stages are: it sends the verdict itself.
 *
 * <p>Looks at each slot of the ring once a {@link #tickNs tick}, a 32nd of the limit and 100 ms at
 * most, and releases what would pass the limit before the next look. So no reply is held longer.
 * Where the stages are polled, a stuck one keeps the receiving thread as well, and further replies
 * wait in the kernel where no limit reaches them: when nothing has moved since the last look, it
 * receives in that thread's place.
 *
 * <p><b>Threading:</b> runs on a thread of its own; {@link ReplyEvent#claim} keeps it and the
 * release stage apart.
 */
final class HoldTimer implements Runnable {
  private static final System.Logger LOG = System.getLogger(HoldTimer.class.getName());
  private static final long MIN_TICK_NS = 1_000_000;
  private static final long MAX_TICK_NS = 100_000_000;

  private final RingBuffer<ReplyEvent> ring;
  private final Pipeline<ReplyEvent> pipeline;
  private final Runnable receiveInstead;
  private final long maxHoldNs;
  private final NanoClock clock;
  private final VerdictBatch verdicts;
  private final Counters.Writer counters;
  private boolean waitingBefore;
  private long processedBefore;
  private volatile boolean stopping;

  /**
   * @param receiveInstead receives a batch into the ring for a receiving thread that is stuck
   */
  HoldTimer(
      RingBuffer<ReplyEvent> ring,
      Pipeline<ReplyEvent> pipeline,
      Runnable receiveInstead,
      long maxHoldNs,
      NanoClock clock,
      VerdictBatch verdicts,
      Counters.Writer counters) {
    this.ring = ring;
    this.pipeline = pipeline;
    this.receiveInstead = receiveInstead;
    this.maxHoldNs = maxHoldNs;
    this.clock = clock;
    this.verdicts = verdicts;
    this.counters = counters;
  }

  long tickNs() {
    return Math.max(MIN_TICK_NS, Math.min(MAX_TICK_NS, maxHoldNs / 32));
  }

  @Override
  public void run() {
    while (!stopping) {
      LockSupport.parkNanos(this, tickNs());
      try {
        releaseOverdue(clock.nowNs());
        if (isStuck()) {
          receiveInstead.run();
        }
      } catch (RuntimeException fault) { // the limit must hold on
        LOG.log(System.Logger.Level.ERROR, "hold timer fault, it goes on", fault);
      }
    }
  }

  /** Whether there was work at the last look, and none of it is done. */
  private boolean isStuck() {
    long processed = pipeline.processed();
    boolean waiting = !pipeline.isDrained();
    boolean stuck = waiting && waitingBefore && processed == processedBefore;
    waitingBefore = waiting;
    processedBefore = processed;
    return stuck;
  }

  /** Releases what would be held too long before the next look; one pass over the ring. */
  void releaseOverdue(long nowNs) {
    long oldestNs = nowNs + tickNs() - maxHoldNs;
    for (int slot = 0; slot < ring.getBufferSize(); slot++) {
      ReplyEvent event = ring.get(slot);
      long packetId = event.heldPacketId();
      if (packetId >= 0 && event.heldSinceNs() - oldestNs < 0 && event.claim(packetId)) {
        if (verdicts.accept(packetId) < 0) {
          counters.increment(Counter.VERDICT_ERRORS);
        }
        counters.increment(Counter.DNS_REPLIES_RELEASED_TIMEOUT);
      }
    }
    if (verdicts.flush() < 0) {
      counters.increment(Counter.VERDICT_ERRORS);
    }
  }

  /** Ends {@link #run}; the caller joins its thread. */
  void stop(Thread thread) {
    stopping = true;
    LockSupport.unpark(thread);
  }
}
