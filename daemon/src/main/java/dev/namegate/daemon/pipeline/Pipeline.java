// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import dev.namegate.packet.HotPath;
import java.util.ArrayList;
import java.util.List;

/**
 * One ring and its stages, in order: each stage sees an event when the stage before is done with
 * it.
 *
 * <p><b>Threading:</b> with {@link StageThreads#POLLED}, {@link #poll} runs all stages on its
 * caller's thread; with {@link StageThreads#OWN} each stage has a thread and {@code poll} does
 * nothing. The other methods belong to the thread that starts and stops the daemon.
 *
 * <p><b>Errors:</b> what a stage throws goes to the {@link FailClosedHandler}, in both ways of
 * running.
 */
final class Pipeline<E extends PacketEvent> {
  private final RingBuffer<E> ring;
  private final FailClosedHandler<E> faults;
  private final CpuBinding cpus;
  private final List<PolledStage<E>> polled = new ArrayList<>();
  private final List<BatchEventProcessor<E>> processors = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Sequence lastStage;

  /** A named stage; the name becomes that of its thread. */
  record Stage<E>(String name, EventHandler<E> handler) {}

  Pipeline(
      RingBuffer<E> ring,
      List<Stage<E>> stages,
      StageThreads stageThreads,
      CpuBinding cpus,
      FailClosedHandler<E> faults) {
    this.ring = ring;
    this.cpus = cpus;
    this.faults = faults;
    Sequence previous = null;
    for (Stage<E> stage : stages) {
      Sequence[] gate = previous == null ? new Sequence[0] : new Sequence[] {previous};
      previous =
          stageThreads == StageThreads.POLLED ? addPolled(stage, gate) : addThread(stage, gate);
    }
    if (previous == null) {
      throw new IllegalArgumentException("a pipeline without stages");
    }
    lastStage = previous;
    ring.addGatingSequences(lastStage);
  }

  private Sequence addPolled(Stage<E> stage, Sequence[] gate) {
    EventPoller<E> poller = ring.newPoller(gate);
    polled.add(new PolledStage<>(poller, stage.handler(), faults));
    return poller.getSequence();
  }

  private Sequence addThread(Stage<E> stage, Sequence[] gate) {
    BatchEventProcessor<E> processor =
        new BatchEventProcessorBuilder().build(ring, ring.newBarrier(gate), stage.handler());
    processor.setExceptionHandler(faults);
    processors.add(processor);
    Thread thread = cpus.newThread(processor, stage.name());
    thread.setDaemon(true); // a stage that never comes back keeps no process alive
    threads.add(thread);
    return processor.getSequence();
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Takes what is published through all stages, if they are polled; true if there was any. */
  @HotPath
  boolean poll() {
    boolean worked = false;
    for (int i = 0; i < polled.size(); i++) {
      worked |= polled.get(i).poll();
    }
    return worked;
  }

  /** Tells polled stages that nothing came for a while. */
  void idle() {
    for (int i = 0; i < polled.size(); i++) {
      polled.get(i).idle(); // an iterator is 32 bytes each time that nothing came
    }
  }

  /** The last event that all stages are done with. Any thread. */
  long processed() {
    return lastStage.get();
  }

  /** Whether the last stage has seen all that was published. */
  boolean isDrained() {
    return lastStage.get() >= ring.getCursor();
  }

  /** Ends the stages' threads; they finish the batch they are in. */
  void stop() throws InterruptedException {
    for (int i = 0; i < processors.size(); i++) {
      processors.get(i).halt();
      threads.get(i).join();
    }
  }

  /** A stage that the receiving thread runs. */
  @HotPath
  private static final class PolledStage<E extends PacketEvent> {
    private final EventPoller<E> poller;
    private final EventHandler<E> handler;
    private final FailClosedHandler<E> faults;
    private final EventPoller.Handler<E> guarded;

    PolledStage(EventPoller<E> poller, EventHandler<E> handler, FailClosedHandler<E> faults) {
      this.poller = poller;
      this.handler = handler;
      this.faults = faults;
      this.guarded = this::onEvent;
    }

    boolean poll() {
      try {
        return poller.poll(guarded) == EventPoller.PollState.PROCESSING;
      } catch (Exception e) {
        throw new AssertionError("the guarded handler does not throw", e);
      }
    }

    private boolean onEvent(E event, long sequence, boolean endOfBatch) {
      try {
        handler.onEvent(event, sequence, endOfBatch);
      } catch (Throwable fault) {
        faults.handleEventException(fault, sequence, event);
      }
      return true;
    }

    void idle() {
      try {
        handler.onTimeout(poller.getSequence().get());
      } catch (Exception fault) {
        faults.handleOnShutdownException(fault);
      }
    }
  }
}
