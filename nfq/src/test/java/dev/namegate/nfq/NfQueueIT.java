// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.nfq.QueueReader.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real packets on {@code lo} of a fresh namespace, through NFQUEUE rules, answered here. */
@NeedsNetns
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NfQueueIT {
  private static final int QUEUE = 100;
  private static final int PORT = 5000;
  private static final QueueConfig CONFIG = new QueueConfig(QUEUE, 256, 8192, false, true, 4 << 20);

  private final NetworkNamespace inside = NetworkNamespace.open();
  private final DatagramRing ring = new DatagramRing(64, DatagramRing.slotBytes(256));

  NfQueueIT() throws Exception {}

  @AfterEach
  void leave() {
    inside.close();
  }

  private void queueRule(int port, int queue) throws Exception {
    inside.execute(
        ("iptables -w -A OUTPUT -o lo -p udp --dport " + port + " -j NFQUEUE --queue-num " + queue)
            .split(" "));
  }

  private NfQueue open(QueueConfig config) throws Exception {
    NfQueue queue = inside.call(() -> NfQueue.open(config));
    assertEquals(List.of(), queue.warnings());
    return queue;
  }

  private QueueStatistics statistics(NfQueue queue) throws Exception {
    return inside.call(queue::statistics);
  }

  private static List<Integer> numbers(int first, int last, int step) {
    return IntStream.rangeClosed(first, last)
        .filter(n -> (n - first) % step == 0)
        .boxed()
        .collect(Collectors.toList());
  }

  @Test
  void letsPassWhatIsAcceptedAndNothingElse() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(CONFIG);
        QueueReader reader = new QueueReader(queue, ring);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      VerdictBatch batch = new VerdictBatch(queue, 32);
      // In parts: what is held counts against the sender's buffer, and then send() waits.
      for (int first = 1; first <= 501; first += 100) {
        int last = Math.min(first + 99, 501);
        udp.send(first, last);
        reader.answer(
            batch,
            last - first + 1,
            seen -> seen.number() % 2 == 1 ? Verdict.ACCEPT : Verdict.DROP);
      }

      assertEquals(numbers(1, 501, 2), udp.receiveUntil(501));
      assertEquals(501, batch.sent());
      assertEquals(0, batch.retries());
      QueueStatistics statistics = statistics(queue);
      assertEquals(0, statistics.waiting());
      assertEquals(501, statistics.idSequence());
      assertEquals(0, statistics.dropped() + statistics.userDropped());
    }
  }

  @Test
  void tellsWhatThePacketIs() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(CONFIG);
        QueueReader reader = new QueueReader(queue, ring);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 1000)) {
      udp.send(7, 7);

      Seen seen = reader.read(1).get(0);
      assertEquals(new Seen(MessageStatus.PACKET, 1, 7, 256, 1028, 0), seen);
      assertEquals(0x0800, reader.packet.hwProtocol());
      assertEquals(3, reader.packet.hook());
      assertEquals(0, reader.packet.inInterface());
      assertEquals(1, reader.packet.outInterface());
      assertEquals(0x45, ring.buffer().get(reader.packet.payloadOffset()));
    }
  }

  @Test
  void servesTwoQueues() throws Exception {
    queueRule(PORT, 1);
    queueRule(PORT + 1, 2);
    try (NfQueue first = open(new QueueConfig(1, 128, 1024, false, false, 1 << 20));
        NfQueue second = open(new QueueConfig(2, 128, 1024, false, false, 1 << 20));
        Poller poller = Poller.open(first, second);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64);
        LoopbackUdp other = new LoopbackUdp(inside, PORT + 1, 64)) {
      other.send(1, 3);
      assertTrue(poller.await(10_000));
      assertFalse(poller.isReady(0));
      assertTrue(poller.isReady(1));
      assertFalse(poller.isWokenUp());

      udp.send(1, 2);
      try (QueueReader one = new QueueReader(first, ring);
          QueueReader two = new QueueReader(second, ring)) {
        one.answer(new VerdictBatch(first, 8), 2, seen -> Verdict.ACCEPT);
        two.answer(new VerdictBatch(second, 8), 3, seen -> Verdict.ACCEPT);
      }
      assertEquals(List.of(1, 2), udp.receiveUntil(2));
      assertEquals(List.of(1, 2, 3), other.receiveUntil(3));
    }
  }

  @Test
  void waitsInTheCallThatReceivesUntilAPacketComesOrSomebodyCalls() throws Exception {
    queueRule(PORT, QUEUE);
    QueuedPacket packet = new QueuedPacket();
    try (NfQueue queue = open(CONFIG);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      assertEquals(0, queue.awaitAndReceive(ring, 0, 64), "nothing comes");

      FutureTask<Void> sent =
          new FutureTask<>(
              () -> {
                udp.send(1, 3);
                return null;
              });
      new Thread(sent).start();
      VerdictBatch batch = new VerdictBatch(queue, 8);
      while (batch.sent() < 3) {
        int received = queue.awaitAndReceive(ring, 0, 64);
        for (int slot = 0; slot < received; slot++) {
          assertEquals(MessageStatus.PACKET, packet.wrap(ring, slot));
          batch.accept(packet.packetId());
        }
        batch.flush();
      }
      sent.get();
      assertEquals(List.of(1, 2, 3), udp.receiveUntil(3));

      queue.wakeUp(); // before the wait
      assertEquals(1, queue.awaitAndReceive(ring, 0, 64));
      assertEquals(MessageStatus.OTHER, packet.wrap(ring, 0));
      Thread caller = new Thread(queue::wakeUp); // before or in it
      caller.start();
      assertEquals(1, queue.awaitAndReceive(ring, 0, 64));
      assertEquals(MessageStatus.OTHER, packet.wrap(ring, 0));
      caller.join();
      assertEquals(0, statistics(queue).waiting());
    }
  }

  @Test
  void takesVerdictsFromAnotherThread() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(CONFIG);
        QueueReader reader = new QueueReader(queue, ring);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      udp.send(1, 40);
      List<Seen> held = reader.read(40);
      Thread timer =
          new Thread(
              () -> {
                VerdictBatch batch = new VerdictBatch(queue, 64);
                held.forEach(seen -> batch.accept(seen.packetId()));
                batch.flush();
              });
      timer.start();

      assertEquals(numbers(1, 40, 1), udp.receiveUntil(40));
      timer.join();
    }
  }

  @Test
  void movesPacketsToAnotherQueue() throws Exception {
    movesPackets(VerdictBatch::new);
  }

  @Test
  void movesARunToAnotherQueue() throws Exception {
    movesPackets(VerdictBatch::ofRuns);
  }

  private void movesPackets(BiFunction<NfQueue, Integer, VerdictBatch> batches) throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue flows = open(CONFIG);
        NfQueue held = open(new QueueConfig(101, 256, 1024, false, true, 1 << 20));
        QueueReader reader = new QueueReader(flows, ring);
        QueueReader holder = new QueueReader(held, ring);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      udp.send(1, 5);
      reader.answer(batches.apply(flows, 8), 5, seen -> Verdict.toQueue(101));
      holder.answer(batches.apply(held, 8), 5, seen -> Verdict.ACCEPT);

      assertEquals(List.of(1, 2, 3, 4, 5), udp.receiveUntil(5));
    }
  }

  @Test
  void answersAPacketThatDoesNotFitItsSlot() throws Exception {
    queueRule(PORT, QUEUE);
    DatagramRing small = new DatagramRing(4, 192);
    try (NfQueue queue = open(new QueueConfig(QUEUE, 65531, 8192, false, true, 4 << 20));
        QueueReader reader = new QueueReader(queue, small);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 2000)) {
      udp.send(9, 9);

      Seen seen = reader.read(1).get(0);
      assertEquals(MessageStatus.CUT_PACKET, seen.status());
      assertEquals(9, seen.number());
      assertTrue(seen.payloadLength() < 192);
      assertTrue(small.isTruncated(0));
      assertEquals(192, small.length(0));
      assertTrue(small.datagramLength(0) > 2028, () -> "" + small.datagramLength(0));
      VerdictBatch batch = new VerdictBatch(queue, 1);
      assertEquals(0, batch.accept(seen.packetId()));
      assertEquals(List.of(9), udp.receiveUntil(9));
    }
  }

  @Test
  void copiesTheLargestPacketWhole() throws Exception {
    queueRule(PORT, QUEUE);
    DatagramRing large = new DatagramRing(2, DatagramRing.slotBytes(QueueConfig.MAX_COPY_RANGE));
    try (NfQueue queue = open(new QueueConfig(QUEUE, 65531, 64, false, true, 4 << 20));
        QueueReader reader = new QueueReader(queue, large);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 65507)) {
      udp.send(1, 1);

      Seen seen = reader.read(1).get(0);
      assertEquals(new Seen(MessageStatus.PACKET, 1, 1, 65531, 65535, 0), seen);
      assertFalse(large.isTruncated(0));
    }
  }

  @Test
  void tellsOfAVerdictForAPacketThatIsGone() throws Exception {
    try (NfQueue queue = open(CONFIG);
        QueueReader reader = new QueueReader(queue, ring)) {
      VerdictBatch batch = new VerdictBatch(queue, 8);
      batch.accept(4711);
      batch.drop(4712);

      assertEquals(2, batch.flush());
      assertEquals(
          List.of(
              new Seen(MessageStatus.ERROR, 4711, 0, 0, 0, Errno.ENOENT),
              new Seen(MessageStatus.ERROR, 4712, 0, 0, 0, Errno.ENOENT)),
          reader.read(2));
    }
  }

  @Test
  void answersARunInOneMessage() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(CONFIG);
        QueueReader reader = new QueueReader(queue, ring);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      int[] bytes = {0};
      VerdictBatch.Sender counting =
          (address, length) -> {
            bytes[0] += length;
            return queue.send(address, length);
          };
      VerdictBatch batch = new VerdictBatch(counting, queue::generation, QUEUE, 32, true);
      udp.send(1, 100);
      reader.answer(batch, 100, seen -> seen.number() % 10 == 5 ? Verdict.DROP : Verdict.ACCEPT);

      List<Integer> accepted = numbers(1, 100, 1);
      accepted.removeAll(numbers(5, 95, 10));
      assertEquals(accepted, udp.receiveUntil(100));
      assertEquals(100, batch.sent());
      assertEquals(0, statistics(queue).waiting());
      // 10 drops, 11 runs between them, and two of those are cut where the batch is full: 32, 96.
      assertEquals(23 * VerdictBatch.MESSAGE_BYTES, bytes[0]);
    }
  }

  /** <i>one-verdict</i>: a packet that waits for its verdict takes no part in a later run. */
  @Test
  void leavesAPacketThatIsHeldOutOfARun() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(CONFIG);
        QueueReader reader = new QueueReader(queue, ring);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      VerdictBatch batch = VerdictBatch.ofRuns(queue, 32);
      udp.send(1, 5);
      reader.answer(batch, 4, seen -> Verdict.ACCEPT);
      long held = reader.read(1).get(0).packetId();
      udp.send(6, 12);
      reader.answer(batch, 7, seen -> Verdict.ACCEPT);

      assertEquals(List.of(1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12), udp.receiveUntil(12));
      assertEquals(1, statistics(queue).waiting());
      assertEquals(0, batch.drop(held));
      assertEquals(1, batch.flush());
      udp.send(13, 14);
      reader.answer(batch, 2, seen -> Verdict.ACCEPT);
      assertEquals(List.of(13, 14), udp.receiveUntil(14));
    }
  }

  /** What one batch has not been given is the other's to answer, whatever the order. */
  @Test
  void twoBatchesOfRunsAnswerOneQueueTogether() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(CONFIG);
        QueueReader reader = new QueueReader(queue, ring);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      VerdictBatch accepting = VerdictBatch.ofRuns(queue, 32);
      VerdictBatch dropping = VerdictBatch.ofRuns(queue, 32);
      udp.send(1, 60);
      for (Seen seen : reader.read(60)) {
        boolean isDropped = seen.number() % 3 == 0;
        VerdictBatch batch = isDropped ? dropping : accepting;
        assertEquals(0, batch.verdict(seen.packetId(), isDropped ? Verdict.DROP : Verdict.ACCEPT));
      }
      assertEquals(40 % 32, accepting.flush());
      assertEquals(20, dropping.flush());

      List<Integer> accepted = numbers(1, 60, 1);
      accepted.removeAll(numbers(3, 60, 3));
      assertEquals(accepted, udp.receiveUntil(59));
      assertEquals(0, statistics(queue).waiting());
    }
  }

  @Test
  void tellsOfARunWhosePacketsAreGone() throws Exception {
    try (NfQueue queue = open(CONFIG);
        QueueReader reader = new QueueReader(queue, ring)) {
      VerdictBatch batch = VerdictBatch.ofRuns(queue, 8);
      for (long id = 1; id <= 5; id++) {
        assertEquals(0, batch.accept(id));
      }

      assertEquals(5, batch.flush());
      assertEquals(
          List.of(new Seen(MessageStatus.ERROR, 5, 0, 0, 0, Errno.ENOENT)), reader.read(1));
      assertEquals(5, reader.packet.failedVerdicts());
    }
  }

  /** The packets that the kernel dropped have had numbers; nothing is joined beyond them. */
  @Test
  void answersEachByItselfOnceTheReceiveBufferWasFull() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(new QueueConfig(QUEUE, 256, 8192, false, true, 8192));
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      VerdictBatch batch = VerdictBatch.ofRuns(queue, 64);
      udp.send(1, 200);
      int before = acceptAll(queue, batch);
      udp.send(201, 202);
      int after = acceptAll(queue, batch);

      assertTrue(before > 0 && before < 200, "" + before);
      assertEquals(2, after);
      List<Integer> accepted = numbers(1, before, 1);
      accepted.addAll(List.of(201, 202));
      assertEquals(accepted, udp.receiveUntil(202));
      assertEquals(0, statistics(queue).waiting());
    }
  }

  /** Accepts what is there, whatever was lost; returns how many. */
  private int acceptAll(NfQueue queue, VerdictBatch batch) {
    QueuedPacket packet = new QueuedPacket();
    int answered = 0;
    int received;
    while ((received = queue.receive(ring, 0, ring.slots())) != 0) {
      for (int slot = 0; slot < received; slot++) {
        assertEquals(MessageStatus.PACKET, packet.wrap(ring, slot));
        assertEquals(0, batch.accept(packet.packetId()));
        answered++;
      }
      assertTrue(batch.flush() >= 0);
    }
    return answered;
  }

  @Test
  void tellsOfAFullReceiveBufferOnce() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(new QueueConfig(QUEUE, 256, 8192, false, true, 8192));
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      udp.send(1, 200);

      int packets = 0;
      int overflows = 0;
      int result;
      while ((result = queue.receive(ring, 0, ring.slots())) != 0) {
        packets += Math.max(0, result);
        overflows += result == -Errno.ENOBUFS ? 1 : 0;
        assertTrue(result > 0 || result == -Errno.ENOBUFS, "" + result);
      }
      assertEquals(1, overflows);
      QueueStatistics statistics = statistics(queue);
      assertEquals(200 - packets, statistics.userDropped());
      assertEquals(packets, statistics.waiting());
      assertTrue(packets > 0 && packets < 100, "" + packets);
    }
  }

  @Test
  void dropsWhatAFullQueueDoesNotHold() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(new QueueConfig(QUEUE, 256, 5, false, true, 1 << 20));
        QueueReader reader = new QueueReader(queue, ring);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      udp.send(1, 12);

      assertEquals(7, statistics(queue).dropped());
      reader.answer(new VerdictBatch(queue, 8), 5, seen -> Verdict.ACCEPT);
      assertEquals(List.of(1, 2, 3, 4, 5), udp.receiveUntil(5));
    }
  }

  @Test
  void acceptsWhatAFullQueueDoesNotHoldWhenItFailsOpen() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(new QueueConfig(QUEUE, 256, 5, true, true, 1 << 20));
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      udp.send(1, 12);

      assertEquals(numbers(6, 12, 1), udp.receiveUntil(12));
      assertEquals(5, statistics(queue).waiting());
    }
  }

  @Test
  void swallowsNoPacketThatComesWhileItOpens() throws Exception {
    queueRule(PORT, QUEUE);
    try (LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      AtomicBoolean enough = new AtomicBoolean();
      Thread flood = flood(udp, enough);
      for (int round = 0; round < 50; round++) {
        try (NfQueue queue = open(CONFIG);
            QueueReader reader = new QueueReader(queue, ring)) {
          List<Long> ids = new ArrayList<>();
          reader.read(20).forEach(seen -> ids.add(seen.packetId()));
          assertEquals(IntStream.rangeClosed(1, 20).asLongStream().boxed().toList(), ids);
        }
      }
      enough.set(true);
      flood.join();
    }
  }

  private static Thread flood(LoopbackUdp udp, AtomicBoolean enough) {
    Thread flood =
        new Thread(
            () -> {
              try {
                while (!enough.get()) {
                  udp.send(1, 10);
                }
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    flood.start();
    return flood;
  }

  @Test
  void knowsWhetherItIsBound() throws Exception {
    NfQueue queue = open(CONFIG);
    assertTrue(inside.call(queue::isBound));
    queue.close();
    assertFalse(inside.call(queue::isBound));
    try (NfQueue other = open(CONFIG)) {
      assertTrue(inside.call(other::isBound));
      assertFalse(inside.call(queue::isBound), "somebody else's");
    }
  }

  @Test
  void asksAgainWhatAListReadBeforeDoesNotHave() throws Exception {
    KernelBindings empty = new KernelBindings();
    assertFalse(inside.call(() -> empty.has(NetlinkSubsystem.QUEUE, QUEUE, 1)), "nothing is bound");
    NfQueue queue = open(CONFIG);
    assertTrue(inside.call(() -> queue.isBoundIn(empty)), "bound since it was read");

    KernelBindings full = new KernelBindings();
    assertTrue(inside.call(() -> queue.isBoundIn(full)));
    queue.close();
    assertFalse(inside.call(() -> queue.isBoundIn(full)), "closed");
    try (NfQueue other = open(CONFIG)) {
      assertTrue(inside.call(() -> other.isBoundIn(full)), "the list has the one before");
      assertFalse(inside.call(() -> queue.isBoundIn(full)), "somebody else's");
    }
  }

  /** The numbers of packets begin anew, and a verdict that waits is for one that is gone. */
  @Test
  void answersThePacketsOfItsNewSocketAfterItWasBoundAnew() throws Exception {
    answersAfterItWasBoundAnew(queue -> new VerdictBatch(queue, 8));
  }

  @Test
  void joinsNothingOfTheOldSocketToPacketsOfTheNewOne() throws Exception {
    answersAfterItWasBoundAnew(queue -> VerdictBatch.ofRuns(queue, 8));
  }

  private void answersAfterItWasBoundAnew(Function<NfQueue, VerdictBatch> batches)
      throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(CONFIG);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      VerdictBatch batch = batches.apply(queue);
      udp.send(1, 2);
      assertEquals(0, batch.drop(1));
      inside.call(
          () -> {
            queue.reopen();
            return queue;
          });
      assertTrue(inside.call(queue::isBound));
      try (QueueReader reader = new QueueReader(queue, ring)) {
        udp.send(6, 6);
        reader.answer(batch, 1, seen -> Verdict.ACCEPT);
      }
      assertEquals(List.of(6), udp.receiveUntil(6));
      assertEquals(1, batch.sent());
    }
  }

  @Test
  void dropsWhatItHoldsWhenItCloses() throws Exception {
    queueRule(PORT, QUEUE);
    try (LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      NfQueue queue = open(CONFIG);
      udp.send(1, 5);
      queue.close();
      queue.close();
      assertTrue(inside.call(QueueStatistics::readAll).isEmpty());
      assertEquals(-Errno.EBADF, queue.receive(ring, 0, 1));
      try (NfQueue next = open(CONFIG);
          QueueReader reader = new QueueReader(next, ring)) {
        udp.send(6, 6);
        reader.answer(new VerdictBatch(next, 8), 1, seen -> Verdict.ACCEPT);
      }
      assertEquals(List.of(6), udp.receiveUntil(6));
    }
  }

  @Test
  void allocatesNothingPerPacket() throws Exception {
    queueRule(PORT, QUEUE);
    try (NfQueue queue = open(CONFIG);
        Poller poller = Poller.open(queue);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      VerdictBatch batch = new VerdictBatch(queue, 64);
      QueuedPacket packet = new QueuedPacket();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 60; round++) {
        udp.send(1, 100);
        long before = Allocation.bytes();
        for (int answered = 0; answered < 100; ) {
          poller.await(1000);
          int received = queue.receive(ring, 0, ring.slots());
          for (int slot = 0; slot < received; slot++) {
            packet.wrap(ring, slot);
            batch.drop(packet.packetId());
          }
          batch.flush();
          answered += received;
        }
        queue.receive(ring, 0, 1); // nothing there: EAGAIN
        least = Math.min(least, Allocation.bytes() - before);
      }
      assertEquals(0, least);
    }
  }
}
