// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Reads queued packets in a test: waits for as many as are due, and copies what a test asks. */
final class QueueReader implements AutoCloseable {
  private static final int TIME_LIMIT_MS = 20_000;
  private static final int IPV4_AND_UDP_HEADER = 28;

  /** What one packet message said. */
  record Seen(
      int status, long packetId, int number, int payloadLength, int capturedOf, int errno) {}

  final NfQueue queue;
  final DatagramRing ring;
  final QueuedPacket packet = new QueuedPacket();
  private final Poller poller;

  QueueReader(NfQueue queue, DatagramRing ring) throws NfQueueException {
    this.queue = queue;
    this.ring = ring;
    this.poller = Poller.open(queue);
  }

  /** Waits for exactly this many messages. */
  List<Seen> read(int count) {
    List<Seen> seen = new ArrayList<>();
    while (seen.size() < count) {
      assertTrue(poller.await(TIME_LIMIT_MS), "only " + seen);
      int received = queue.receive(ring, 0, Math.min(ring.slots(), count - seen.size()));
      assertTrue(received >= 0, () -> "receive: " + Errno.name(-received));
      for (int slot = 0; slot < received; slot++) {
        seen.add(look(packet.wrap(ring, slot)));
      }
    }
    return seen;
  }

  private Seen look(int status) {
    int number =
        packet.payloadLength() >= IPV4_AND_UDP_HEADER + 4
            ? ring.buffer().getInt(packet.payloadOffset() + IPV4_AND_UDP_HEADER)
            : 0;
    return new Seen(
        status,
        packet.packetId(),
        number,
        packet.payloadLength(),
        packet.capturedOf(),
        packet.errno());
  }

  /** Reads this many and answers each with the word that is said for its number. */
  void answer(VerdictBatch batch, int count, ToIntFunction<Seen> verdict) {
    for (Seen seen : read(count)) {
      assertTrue(batch.verdict(seen.packetId(), verdict.applyAsInt(seen)) == 0);
    }
    assertTrue(batch.flush() >= 0);
  }

  @Override
  public void close() {
    poller.close();
  }
}
