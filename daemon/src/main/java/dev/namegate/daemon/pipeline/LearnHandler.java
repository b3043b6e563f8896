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
 * <p><b>Ordering:</b> a copy was made before its query left this host, so it is there before the
 * answer is. Copies are read when an answer is found to have no question yet, and until it has one:
 * no answer is judged unasked before all copies are read that were there when its batch was
 * received. One read brings the questions of many answers.
 *
 * <p><b>Bounds:</b> copies that nobody answers wait for {@value #MAX_PAUSE_NS} ns at most while
 * anything comes, so that a question's life begins about when it was asked.
 */
@HotPath
final class LearnHandler implements EventHandler<ReplyEvent>, Questions {
  private static final long MAX_PAUSE_NS = 100_000_000;

  private final QueryCopies queries;
  private final QuestionTable questions;
  private final Counters.Writer counters;
  private final QuestionKey key = new QuestionKey();

  /** Whether all copies were read since this batch of replies was received, and the reads. */
  private boolean drained;

  private int reads;

  /** When all copies were read. */
  private long drainedNs;

  LearnHandler(QueryCopies queries, QuestionTable questions, Counters.Writer counters) {
    this.queries = queries;
    this.questions = questions;
    this.counters = counters;
  }

  @Override
  public void onEvent(ReplyEvent event, long sequence, boolean endOfBatch) {
    try {
      if (event.isSound()) {
        trust(event);
      }
      if (endOfBatch && event.receivedNs() - drainedNs > MAX_PAUSE_NS) {
        queries.drainInto(questions, event.receivedNs());
        drainedNs = event.receivedNs();
      }
    } finally {
      if (endOfBatch) {
        drained = false;
        reads = 0;
      }
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
    if (isAsked(event.receivedNs())) {
      event.teach();
    } else {
      counters.increment(Counter.DNS_REPLIES_UNASKED);
    }
  }

  private boolean isAsked(long nowNs) {
    boolean asked = questions.take(key, nowNs);
    while (!asked && !drained) {
      drained = !queries.readInto(questions, nowNs) || ++reads == QueryCopies.MAX_READS;
      drainedNs = drained ? nowNs : drainedNs;
      asked = questions.take(key, nowNs);
    }
    return asked;
  }

  @Override
  public PacketSource<?> source() {
    return queries.source();
  }

  @Override
  public void read() {
    boolean unused = queries.readInto(questions, queries.nowNs());
  }

  @Override
  public void onTimeout(long sequence) {
    drainedNs = queries.nowNs();
    queries.drainInto(questions, drainedNs);
  }
}
