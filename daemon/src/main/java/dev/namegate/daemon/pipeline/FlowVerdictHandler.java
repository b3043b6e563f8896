// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.EventHandler;
import dev.namegate.nfq.VerdictBatch;
import dev.namegate.packet.HotPath;

/** Last stage of the flows: the verdicts of a drained batch leave in one send. */
@HotPath
final class FlowVerdictHandler implements EventHandler<FlowEvent> {
  private final VerdictBatch verdicts;

  FlowVerdictHandler(VerdictBatch verdicts) {
    this.verdicts = verdicts;
  }

  @Override
  public void onEvent(FlowEvent event, long sequence, boolean endOfBatch) {
    try {
      if (event.isAllowed()) {
        verdicts.accept(event.header().packetId());
      } else if (event.awaitsVerdict()) {
        verdicts.drop(event.header().packetId());
      }
    } finally {
      if (endOfBatch) {
        verdicts.flush();
      }
    }
  }
}
