// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.packet.Garbage;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.ParseStatus;
import dev.namegate.packet.dns.DecodingSpace;
import dev.namegate.packet.dns.DnsMessage;
import dev.namegate.packet.tcp.StreamLimits;
import org.junit.jupiter.api.Test;

/** A question and its answer, from the datagrams to what is to be committed, cost no heap. */
final class RepliesAllocationTest {
  private static final int ROUNDS = 20_000;
  private static final int SLOT_BYTES = 2_048;

  private final Counters counters = new Counters();
  private final DatagramRing datagrams = new DatagramRing(2, SLOT_BYTES);
  private final DecodingSpace space = new DecodingSpace();
  private final ReplyEvent query = new ReplyEvent(datagrams, 0, true, space);
  private final ReplyEvent reply = new ReplyEvent(datagrams, 1, true, space);
  private final DnsMessage asked = new DnsMessage();
  private final QuestionKey key = new QuestionKey();
  private final QuestionTable questions = new QuestionTable(10, 10);
  private final ReplyDecodeHandler decode =
      new ReplyDecodeHandler(StreamLimits.of(1, SLOT_BYTES), counters.newWriter());

  private long committed;

  private final Commit target =
      (answer, nowNs) -> {
        for (int link = 0; link < answer.links().size(); link++) {
          committed += answer.links().addressLo(link) + answer.clientLo();
        }
      };

  private final LearntAddresses learnt = new LearntAddresses(target, () -> false, () -> {});

  @Test
  void goTheirWayWithoutAllocating() {
    datagrams.put(0, SamplePackets.query());
    datagrams.put(1, SamplePackets.reply());
    long once = askAndAnswer();

    assertEquals(0, Garbage.leastOf(() -> assertEquals(once, askAndAnswer())));
  }

  private long askAndAnswer() {
    committed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      ask(round);
      reply.received(round);
      decode.onEvent(reply, round, true);
      IpPacket packet = reply.packet();
      key.client(packet.destinationHi(), packet.destinationLo(), packet.destinationPort());
      key.server(packet.sourceHi(), packet.sourceLo(), packet.sourcePort());
      key.message(reply.message());
      assertTrue(questions.take(key, round));
      reply.teach();
      while (reply.nextAnswer()) {
        learnt.commit(reply, round);
      }
      learnt.endOfBatch(round);
    }
    assertTrue(committed != 0);
    return committed;
  }

  private void ask(long nowNs) {
    query.received(nowNs);
    query.decodeHeaders();
    IpPacket packet = query.packet();
    assertEquals(
        ParseStatus.OK,
        asked.decodeQuery(datagrams.buffer(), packet.payloadOffset(), packet.payloadLength()));
    key.client(packet.sourceHi(), packet.sourceLo(), packet.sourcePort());
    key.server(packet.destinationHi(), packet.destinationLo(), packet.destinationPort());
    key.message(asked);
    assertTrue(
        questions.ask(
            key, packet.destinationHi(), packet.destinationLo(), packet.destinationPort(), nowNs));
  }
}
