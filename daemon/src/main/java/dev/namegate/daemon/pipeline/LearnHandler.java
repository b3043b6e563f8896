// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.EventHandler;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;

/**
 * Second stage of the replies: whether this one may teach (<i>trusted-source</i>).
 *
 * <p>The kernel's rules have seen to the flow and the server, the source sets to the sender's
 * address; left to this stage is that the reply answers a question which this very flow asked. In
 * TCP that is said by the stream, tracked from its SYN-ACK on, and no question is looked for.
 *
 * <p><b>Ordering:</b> the copies of queries are read once per batch, after the batch was received.
 * A copy was made before its query left this host, so it is there before the answer is.
 */
@HotPath
final class LearnHandler implements EventHandler<ReplyEvent> {
  private final QueryCopies queries;
  private final QuestionTable questions;
  private final Counters.Writer counters;
  private final QuestionKey key = new QuestionKey();

  /** Whether the copies were read since this batch of replies was received. */
  private boolean drained;

  LearnHandler(QueryCopies queries, QuestionTable questions, Counters.Writer counters) {
    this.queries = queries;
    this.questions = questions;
    this.counters = counters;
  }

  @Override
  public void onEvent(ReplyEvent event, long sequence, boolean endOfBatch) {
    if (!drained) {
      queries.drainInto(questions, event.receivedNs());
    }
    drained = !endOfBatch;
    if (event.isSound()) {
      trust(event);
    }
  }

  private void trust(ReplyEvent event) {
    IpPacket packet = event.packet();
    if (packet.protocol() == IpPacket.TCP) {
      event.teach();
      return;
    }
    key.client(packet.destinationHi(), packet.destinationLo(), packet.destinationPort());
    key.server(packet.sourceHi(), packet.sourceLo(), packet.sourcePort());
    key.message(event.message());
    boolean asked = questions.take(key, event.receivedNs());
    if (asked) {
      event.teach();
    } else {
      counters.increment(Counter.DNS_REPLIES_UNASKED);
    }
  }

  @Override
  public void onTimeout(long sequence) {
    queries.drainInto(questions, queries.nowNs());
  }
}
