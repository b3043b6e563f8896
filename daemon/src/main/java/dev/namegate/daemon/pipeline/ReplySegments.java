// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.ParseStatus;
import dev.namegate.packet.tcp.StreamLimits;
import dev.namegate.packet.tcp.StreamListener;
import dev.namegate.packet.tcp.StreamLoss;
import dev.namegate.packet.tcp.TcpDnsStreams;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gives each segment of DNS over TCP what the messages say that it completes.
 *
 * <p>So a segment is held for its messages, and one that completes none is released as soon as the
 * stages have seen it. A client cannot read a message before the segment that completes it, nor a
 * segment that was sent again before the first: that one is behind it in the ring.
 *
 * <p><b>Threading:</b> confined to the decoding stage.
 */
@HotPath
final class ReplySegments implements StreamListener {
  private final TcpDnsStreams streams;
  private final Counters.Writer counters;
  private @Nullable ReplyEvent event;

  ReplySegments(StreamLimits limits, Counters.Writer counters) {
    this.streams = new TcpDnsStreams(limits, this);
    this.counters = counters;
  }

  /** Takes the next segment, whose headers are decoded. */
  void accept(ReplyEvent event) {
    counters.increment(Counter.DNS_TCP_SEGMENTS);
    this.event = event;
    try {
      streams.accept(event.packet(), event.datagrams().buffer(), event.isCut(), event.receivedNs());
    } finally {
      this.event = null;
    }
  }

  @Override
  public void message(ByteBuffer buffer, int offset, int length) {
    ReplyEvent completing = event;
    if (completing == null) {
      throw new IllegalStateException("a message without a segment");
    }
    counters.increment(Counter.DNS_TCP_MESSAGES);
    int status = completing.message().decodeReply(buffer, offset, length);
    if (status == ParseStatus.OK) {
      completing.offerCopy();
    } else {
      ReplyDecodeHandler.count(status, counters);
    }
  }

  @Override
  public void lost(StreamLoss why) {
    counters.increment(
        switch (why) {
          case NOT_FOLLOWED -> Counter.DNS_TCP_SEGMENTS_NOT_FOLLOWED;
          case CUT -> Counter.DNS_TCP_STREAMS_CUT;
          case TOO_MUCH_AHEAD -> Counter.DNS_TCP_STREAMS_TOO_MUCH_AHEAD;
          case CONTRADICTION -> Counter.DNS_TCP_STREAMS_CONTRADICTED;
          case TOO_MANY_STREAMS -> Counter.DNS_TCP_STREAMS_TOO_MANY;
          case TOO_MANY_OCTETS -> Counter.DNS_TCP_STREAMS_TOO_MANY_BYTES;
          case IDLE -> Counter.DNS_TCP_STREAMS_IDLE;
        });
  }
}
