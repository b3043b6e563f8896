// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.RingBuffer;
import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.Errno;
import dev.namegate.nfq.MessageStatus;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.nfq.Pollable;
import dev.namegate.nfq.Poller;
import dev.namegate.packet.HotPath;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The producer of a ring: takes packets from the kernel, in batches, straight into slots.
 *
 * <p>While packets come in quick succession, and for a {@link PollWindow} after the last, it asks
 * the kernel without waiting: a sleeping thread's wake-up is the largest part of what a queue
 * costs. Then it sleeps. One that never polls, and has one queue to wait for, waits within the call
 * that receives.
 *
 * <p><b>Threading:</b> runs on a thread of its own, which also runs the stages if they are polled.
 * When a stage keeps it there, another thread may {@link #receiveInstead}; a claim lets one of them
 * receive at a time, so that the two are one producer.
 *
 * <p><b>Ordering:</b> {@link #stop} lets it answer all that the kernel still holds before it ends
 * (<i>one-verdict</i>); the rules that feed the queue must be gone by then.
 */
@HotPath
final class QueueReceiver<E extends PacketEvent> implements Runnable {
  private static final int BATCH = 64;
  private static final int IDLE_WAIT_MS = 1_000;
  private static final int ENOENT = 2;
  private static final long FULL_RING_PAUSE_NS = 20_000;

  /** After how many batches in a row idle work is done although nothing is idle. */
  private static final int MOST_BATCHES = 64;

  /** How many batches a source may have before another one is asked. */
  private static final int MOST_TURNS = 8;

  private final List<PacketSource<E>> sources;
  private final DatagramRing datagrams;
  private final RingBuffer<E> ring;
  private final Pipeline<E> pipeline;
  private final Poller poller;
  private final IdleWork idleWork;
  private final Questions questions;
  private final NanoClock clock;
  private final PollWindow window;
  private final AnswerWindow answers;
  private final Counters.Writer counters;

  /** Whether this thread waits within the call that receives; then no other receives. */
  private final boolean waitsInReceive;

  /** Whether one of the threads that may receive is at it. */
  private final AtomicBoolean receiving = new AtomicBoolean();

  /** Which source is asked first, and how often it was in a row; of whoever receives. */
  private int current;

  private int turns;

  private volatile boolean stopping;

  QueueReceiver(
      List<PacketSource<E>> sources,
      DatagramRing datagrams,
      RingBuffer<E> ring,
      Pipeline<E> pipeline,
      IdleWork idleWork,
      Questions questions,
      NanoClock clock,
      long pollWindowNs,
      Counters.Writer counters)
      throws NfQueueException {
    if (datagrams.slots() != ring.getBufferSize()) {
      throw new IllegalArgumentException(
          "datagram slots=" + datagrams.slots() + ", ring slots=" + ring.getBufferSize());
    }
    this.sources = List.copyOf(sources);
    this.datagrams = datagrams;
    this.ring = ring;
    this.pipeline = pipeline;
    this.poller = Poller.open(sockets(sources, questions));
    this.idleWork = idleWork;
    this.questions = questions;
    this.clock = clock;
    this.window = new PollWindow(clock, pollWindowNs);
    this.answers = new AnswerWindow(clock, pollWindowNs);
    this.counters = counters;
    this.waitsInReceive = pollWindowNs == 0 && sources.size() == 1 && questions.source() == null;
  }

  /** The sources, and where questions come from behind them. */
  private static <E> Pollable[] sockets(List<PacketSource<E>> sources, Questions questions) {
    List<Pollable> sockets = new ArrayList<>();
    sources.forEach(source -> sockets.add(source.socket()));
    PacketSource<?> asked = questions.source();
    if (asked != null) {
      sockets.add(asked.socket());
    }
    return sockets.toArray(Pollable[]::new);
  }

  @Override
  public void run() {
    int batches = 0;
    while (!stopping) {
      if (waitsInReceive && !sources.get(0).isBroken()) {
        awaitAndWork();
      } else if (work()) {
        window.worked();
        answers.answered();
        if (++batches == MOST_BATCHES) {
          batches = 0;
          boolean unused = idleWork.run();
        }
      } else if (idleWork.run() || window.again() || answers.again()) {
        Thread.onSpinWait();
      } else {
        sleep();
      }
    }
    answerTheRest();
  }

  /** Takes what comes within a second, runs polled stages. */
  private void awaitAndWork() {
    int received = receiveFrom(0, sources.get(0), true);
    boolean processed = pipeline.poll();
    if (received == 0 && !processed) {
      pipeline.idle();
    }
  }

  private void sleep() {
    PacketSource<?> asked = questions.source();
    if (asked != null) {
      boolean isWorth = !asked.isBroken() && answers.isWokenByQuestions();
      poller.replace(sources.size(), isWorth ? asked.socket().descriptor() : -1);
    }
    if (!poller.await(IDLE_WAIT_MS)) {
      pipeline.idle();
    } else if (asked != null && poller.isReady(sources.size())) {
      questions.read();
      answers.asked();
    }
    window.slept();
  }

  /** Takes what is there, runs polled stages; true if there was anything. */
  private boolean work() {
    boolean received = receive();
    boolean processed = pipeline.poll();
    return received || processed;
  }

  private boolean receive() {
    if (!receiving.compareAndSet(false, true)) {
      return true;
    }
    try {
      return receiveClaimed();
    } finally {
      receiving.set(false);
    }
  }

  /**
   * Receives one batch for the thread of this receiver, which is stuck in a stage: what the kernel
   * queues behind that shall at least be known, so that a limit on how long it waits can hold. Any
   * thread.
   */
  void receiveInstead() {
    requireSharing();
    boolean unused = receive();
  }

  /**
   * Sends an event without a packet through the stages, so that each of them runs once. Without
   * effect while the ring is full: then the stages have enough to run for. Any thread.
   */
  void nudge() {
    requireSharing();
    while (!receiving.compareAndSet(false, true)) {
      if (stopping) {
        return;
      }
      Thread.onSpinWait();
    }
    try {
      if (ring.hasAvailableCapacity(1)) {
        long sequence = ring.next();
        try {
          ring.get(sequence).nudged(clock.nowNs());
        } finally {
          ring.publish(sequence);
        }
      }
    } finally {
      receiving.set(false);
    }
    poller.wakeUp(); // polled stages run on the receiving thread, which may sleep
  }

  private void requireSharing() {
    if (waitsInReceive) {
      throw new IllegalStateException("the receiving thread holds the ring while it waits");
    }
  }

  /**
   * Asks the source that had packets the last time, and the others when it has none or had the word
   * for long: most often one of them is idle, and to ask it is a system call.
   */
  private boolean receiveClaimed() {
    int count = sources.size();
    if (++turns > MOST_TURNS) {
      turns = 0;
      current = (current + 1) % count;
    }
    for (int asked = 0; asked < count; asked++) {
      if (receiveFrom(current, sources.get(current), false) != 0) {
        return true;
      }
      turns = 0;
      current = (current + 1) % count;
    }
    return false;
  }

  /** Returns 0 if there was nothing. */
  private int receiveFrom(int index, PacketSource<E> source, boolean waits) {
    if (source.isBroken() && !repair(index, source)) {
      return 0;
    }
    int firstSlot = (int) ((ring.getCursor() + 1) & (ring.getBufferSize() - 1));
    int count = Math.min(BATCH, ring.getBufferSize() - firstSlot);
    if (!ring.hasAvailableCapacity(count)) {
      LockSupport.parkNanos(this, FULL_RING_PAUSE_NS);
      return -Errno.EAGAIN;
    }
    int received =
        waits
            ? source.awaitAndReceive(datagrams, firstSlot, count)
            : source.receive(datagrams, firstSlot, count);
    if (received > 0) {
      publish(source, received);
    } else if (PacketSource.isFatal(received)) {
      counters.increment(Counter.SOCKET_FAILURES);
      poller.replace(index, -1);
      source.broke(received, clock.nowNs());
    } else if (received < 0) {
      counters.increment(source.overruns());
    }
    return received;
  }

  /** Packet numbers begin anew with the socket: no stage may have one of the old ones still. */
  private boolean repair(int index, PacketSource<E> source) {
    if (stopping || !pipeline.isDrained() || !source.repair(clock.nowNs())) {
      return false;
    }
    poller.replace(index, source.socket().descriptor());
    return true;
  }

  private void publish(PacketSource<E> source, int received) {
    // The slots beyond the cursor are free (capacity was checked) and nobody else produces now, so
    // the ring gives exactly the slots that were received into.
    long last = ring.next(received);
    long first = last - received + 1;
    long nowNs = clock.nowNs();
    try {
      for (long sequence = first; sequence <= last; sequence++) {
        E event = ring.get(sequence);
        source.begin(event, nowNs);
        countErrors(event);
      }
    } finally {
      ring.publish(first, last);
    }
  }

  private void countErrors(E event) {
    if (event.datagram() == MessageStatus.ERROR) {
      counters.add(
          event.header().errno() == ENOENT ? Counter.VERDICTS_GONE : Counter.VERDICT_ERRORS,
          event.header().failedVerdicts());
    }
  }

  private void answerTheRest() {
    // Claimed for good: nobody may receive what no stage will see any more.
    while (!receiving.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
    while (workClaimed() || !pipeline.isDrained()) {
      Thread.onSpinWait();
    }
  }

  private boolean workClaimed() {
    boolean received = receiveClaimed();
    boolean processed = pipeline.poll();
    return received || processed;
  }

  /** Ends {@link #run} once all that the kernel holds is answered; the caller joins its thread. */
  void stop() {
    stopping = true;
    poller.wakeUp();
    if (waitsInReceive) {
      sources.get(0).wakeUp();
    }
  }

  /** After the thread has ended. */
  void close() {
    poller.close();
  }
}
