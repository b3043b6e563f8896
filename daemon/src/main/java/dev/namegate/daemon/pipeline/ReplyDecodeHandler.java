// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.EventHandler;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.ParseStatus;
import dev.namegate.packet.tcp.StreamLimits;

/**
 * First stage of the replies: headers, then the DNS message or, in TCP, the messages that the
 * segment completes. What does not decode teaches nothing.
 */
@HotPath
final class ReplyDecodeHandler implements EventHandler<ReplyEvent> {
  private final ReplySegments segments;
  private final Counters.Writer counters;

  ReplyDecodeHandler(StreamLimits tcp, Counters.Writer counters) {
    this.segments = new ReplySegments(tcp, counters);
    this.counters = counters;
  }

  @Override
  public void onEvent(ReplyEvent event, long sequence, boolean endOfBatch) {
    if (!event.carriesPacket()) {
      return;
    }
    counters.increment(
        event.awaitsVerdict() ? Counter.DNS_REPLIES_RECEIVED : Counter.DNS_REPLIES_COPIED);
    event.decodeHeaders();
    if (event.status() == ParseStatus.OK && event.packet().protocol() == IpPacket.TCP) {
      segments.accept(event);
    } else if (event.isCut()) {
      counters.increment(Counter.DNS_REPLIES_TOO_LARGE);
      event.status(ParseStatus.TRUNCATED);
    } else {
      decodeDatagram(event);
    }
  }

  private void decodeDatagram(ReplyEvent event) {
    if (event.status() == ParseStatus.OK) {
      IpPacket packet = event.packet();
      event.status(
          event
              .message()
              .decodeReply(
                  event.datagrams().buffer(), packet.payloadOffset(), packet.payloadLength()));
    }
    if (event.status() == ParseStatus.OK) {
      event.offer();
    } else {
      count(event.status(), counters);
    }
  }

  /** Counts what does not decode. */
  static void count(int status, Counters.Writer counters) {
    counters.increment(
        status == ParseStatus.DNS_NOT_QUERY
            ? Counter.DNS_REPLIES_NON_QUERY
            : Counter.DNS_REPLIES_INVALID);
    counters.parseFailure(status);
  }
}
