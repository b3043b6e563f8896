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
import java.lang.invoke.VarHandle;

/**
 * Last stage of the replies: they go on to whoever asked.
 *
 * <p>Every reply is released, also one that taught nothing: policy is on connections, not on
 * lookups. Only one that a fault of ours hit is dropped, for what it should have taught is unknown.
 *
 * <p><b>Ordering:</b> a full fence stands between the commits of a batch and the send that releases
 * it, so that a flow which the answer causes is decided with the answer known, on any core.
 */
@HotPath
final class ReleaseHandler implements EventHandler<ReplyEvent> {
  private final VerdictBatch verdicts;
  private final LatencyRecorder latency;
  private final NanoClock clock;
  private final Counters.Writer counters;

  ReleaseHandler(
      VerdictBatch verdicts, LatencyRecorder latency, NanoClock clock, Counters.Writer counters) {
    this.verdicts = verdicts;
    this.latency = latency;
    this.clock = clock;
    this.counters = counters;
  }

  @Override
  public void onEvent(ReplyEvent event, long sequence, boolean endOfBatch) {
    try {
      if (event.awaitsVerdict() && event.claim(event.header().packetId())) {
        answer(event);
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
  private void send(ReplyEvent event, int verdict) {
    latency.begun(event.receivedNs());
    if (verdicts.verdict(event.header().packetId(), verdict) < 0) {
      counters.increment(Counter.VERDICT_ERRORS);
    }
  }

  private void flush() {
    VarHandle.fullFence();
    if (verdicts.flush() < 0) {
      counters.increment(Counter.VERDICT_ERRORS);
    }
    latency.ended(clock.nowNs());
  }

  private void answer(ReplyEvent event) {
    if (event.hasFailed()) {
      send(event, Verdict.DROP);
    } else {
      send(event, Verdict.ACCEPT);
      counters.increment(Counter.DNS_REPLIES_RELEASED);
    }
  }
}
