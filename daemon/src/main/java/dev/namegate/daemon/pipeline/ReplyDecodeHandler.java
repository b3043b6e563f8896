// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.EventHandler;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.ParseStatus;

/**
 * First stage of the replies: headers, then the DNS message. What does not decode teaches nothing.
 */
@HotPath
final class ReplyDecodeHandler implements EventHandler<ReplyEvent> {
  private final Counters.Writer counters;

  ReplyDecodeHandler(Counters.Writer counters) {
    this.counters = counters;
  }

  @Override
  public void onEvent(ReplyEvent event, long sequence, boolean endOfBatch) {
    if (!event.carriesPacket()) {
      return;
    }
    counters.increment(
        event.awaitsVerdict() ? Counter.DNS_REPLIES_RECEIVED : Counter.DNS_REPLIES_COPIED);
    if (event.isCut()) {
      counters.increment(Counter.DNS_REPLIES_TOO_LARGE);
      event.status(ParseStatus.TRUNCATED);
      return;
    }
    event.decodeHeaders();
    if (event.status() == ParseStatus.OK) {
      IpPacket packet = event.packet();
      event.status(
          event
              .message()
              .decodeReply(
                  event.datagrams().buffer(), packet.payloadOffset(), packet.payloadLength()));
    }
    count(event.status());
  }

  private void count(int status) {
    if (status == ParseStatus.OK) {
      return;
    }
    counters.increment(
        status == ParseStatus.DNS_NOT_QUERY
            ? Counter.DNS_REPLIES_NON_QUERY
            : Counter.DNS_REPLIES_INVALID);
    counters.parseFailure(status);
  }
}
