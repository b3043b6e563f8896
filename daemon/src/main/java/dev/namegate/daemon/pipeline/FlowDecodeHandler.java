// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.EventHandler;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.ParseStatus;

/** First stage of the flows: the packet's headers. */
@HotPath
final class FlowDecodeHandler implements EventHandler<FlowEvent> {
  private final Counters.Writer counters;

  FlowDecodeHandler(Counters.Writer counters) {
    this.counters = counters;
  }

  @Override
  public void onEvent(FlowEvent event, long sequence, boolean endOfBatch) {
    if (!event.awaitsVerdict()) {
      return;
    }
    counters.increment(Counter.FLOWS_RECEIVED);
    event.decodeHeaders();
    if (event.status() != ParseStatus.OK) {
      counters.increment(Counter.FLOWS_INVALID);
      counters.parseFailure(event.status());
    }
  }
}
