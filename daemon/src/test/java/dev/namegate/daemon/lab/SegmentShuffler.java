// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.MessageStatus;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.Poller;
import dev.namegate.nfq.QueueConfig;
import dev.namegate.nfq.QueuedPacket;
import dev.namegate.nfq.VerdictBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A bad network: packets of a queue go on in another order than they came, and some not at all, so
 * that TCP sends them again.
 *
 * <p>Run in a room whose rules lead packets to the queue: {@code SegmentShuffler QUEUE SEED}. It
 * prints what it did with each bunch.
 */
public final class SegmentShuffler {
  private static final int COPY_RANGE = 256;
  private static final int BUNCH = 8;

  /** A bunch that is not full goes on when nothing came for so long. */
  private static final int PAUSE_MS = 20;

  /** One of so many is lost. */
  private static final int LOST_OF = 12;

  private final NfQueue queue;
  private final VerdictBatch verdicts;
  private final DatagramRing ring = new DatagramRing(BUNCH, DatagramRing.slotBytes(COPY_RANGE));
  private final QueuedPacket packet = new QueuedPacket();
  private final List<Long> bunch = new ArrayList<>();
  private final Random random;

  private SegmentShuffler(NfQueue queue, long seed) {
    this.queue = queue;
    verdicts = new VerdictBatch(queue, 4 * BUNCH);
    random = new Random(seed);
  }

  public static void main(String[] arguments) throws Exception {
    int number = Integer.parseInt(arguments[0]);
    NfQueue queue = NfQueue.open(new QueueConfig(number, COPY_RANGE, 1024, false, false, 1 << 20));
    SegmentShuffler shuffler = new SegmentShuffler(queue, Long.parseLong(arguments[1]));
    try (Poller poller = Poller.open(queue)) {
      System.out.println("ready");
      while (true) {
        boolean more = poller.await(PAUSE_MS);
        shuffler.receive();
        if (!more || shuffler.bunch.size() >= BUNCH) {
          shuffler.letGo();
        }
      }
    }
  }

  private void receive() {
    int received = queue.receive(ring, 0, BUNCH);
    for (int slot = 0; slot < received; slot++) {
      for (int at = packet.wrap(ring, slot); at != MessageStatus.END; at = packet.next()) {
        if (at == MessageStatus.PACKET) {
          bunch.add(packet.packetId());
        }
      }
    }
  }

  private void letGo() {
    if (bunch.isEmpty()) {
      return;
    }
    List<Long> order = new ArrayList<>(bunch);
    Collections.shuffle(order, random);
    boolean shuffled = !order.equals(bunch);
    int lost = 0;
    for (long id : order) {
      boolean loses = random.nextInt(LOST_OF) == 0;
      lost += loses ? 1 : 0;
      int unused = loses ? verdicts.drop(id) : verdicts.accept(id);
    }
    int unused = verdicts.flush();
    System.out.println(order.size() + (shuffled ? " shuffled, " : " in order, ") + lost + " lost");
    bunch.clear();
  }
}
