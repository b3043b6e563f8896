// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.EventHandler;
import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.daemon.stats.LatencyRecorder;
import dev.namegate.nfq.Verdict;
import dev.namegate.nfq.VerdictBatch;
import dev.namegate.packet.HotPath;

/**
 * Last stage of the flows: the verdicts of a drained batch leave in one send.
 *
 * <p>It alone answers the packets of its queue, each as it comes: what is held is moved to another
 * queue. So equal verdicts in a row can be one message, {@link VerdictBatch#ofRuns}.
 */
@HotPath
final class FlowVerdictHandler implements EventHandler<FlowEvent> {
  private final VerdictBatch verdicts;

  /** The verdict that moves a packet to the queue of those that are held. */
  private final int hold;

  private final LatencyRecorder latency;
  private final NanoClock clock;
  private final Counters.Writer counters;

  FlowVerdictHandler(
      VerdictBatch verdicts,
      int heldQueue,
      LatencyRecorder latency,
      NanoClock clock,
      Counters.Writer counters) {
    this.verdicts = verdicts;
    this.hold = Verdict.toQueue(heldQueue);
    this.latency = latency;
    this.clock = clock;
    this.counters = counters;
  }

  @Override
  public void onEvent(FlowEvent event, long sequence, boolean endOfBatch) {
    try {
      if (event.isAllowed()) {
        send(event, Verdict.ACCEPT);
      } else if (event.isHeld()) {
        send(event, hold);
      } else if (event.awaitsVerdict()) {
        send(event, Verdict.DROP);
      }
    } finally {
      if (endOfBatch) {
        flush();
      }
    }
  }

  /** What could not be sent stays in the batch; a quiet moment is a moment to try again. */
  @Override
  public void onTimeout(long sequence) {
    flush();
  }

  /** A batch that is full and cannot be sent takes nothing more: that packet's answer is lost. */
  private void send(FlowEvent event, int verdict) {
    latency.begun(event.receivedNs());
    if (verdicts.verdict(event.header().packetId(), verdict) < 0) {
      counters.increment(Counter.VERDICT_ERRORS);
    }
  }

  private void flush() {
    if (verdicts.flush() < 0) {
      counters.increment(Counter.VERDICT_ERRORS);
    }
    latency.ended(clock.nowNs());
  }
}
