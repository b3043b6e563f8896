// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.DatagramRing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private static final int SLOTS = 8;

  private final Counters counters = new Counters();
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final DatagramRing datagrams = new DatagramRing(SLOTS, 128);
  private final int[] slot = {0};
  private final RingBuffer<FlowEvent> ring =
      RingBuffer.createSingleProducer(
          () -> new FlowEvent(datagrams, slot[0]++), SLOTS, StageThreads.OWN.newWaitStrategy());

  private Pipeline<FlowEvent> pipeline(StageThreads threads, List<EventHandler<FlowEvent>> stages) {
    List<Pipeline.Stage<FlowEvent>> named = new ArrayList<>();
    for (EventHandler<FlowEvent> stage : stages) {
      named.add(new Pipeline.Stage<>("ng-test-" + named.size(), stage));
    }
    return new Pipeline<>(
        ring,
        named,
        threads,
        CpuBinding.NONE,
        new FailClosedHandler<>("test", Counter.FLOW_FAULTS, counters.newWriter()));
  }

  private EventHandler<FlowEvent> note(String stage) {
    return (event, sequence, endOfBatch) ->
        seen.add(stage + sequence + (event.hasFailed() ? "!" : "") + (endOfBatch ? "." : ""));
  }

  private void publish(int events) {
    long last = ring.next(events);
    ring.publish(last - events + 1, last);
  }

  @Test
  void runsEachPolledStageOverTheBatchBeforeTheNext() {
    Pipeline<FlowEvent> pipeline = pipeline(StageThreads.POLLED, List.of(note("a"), note("b")));
    publish(3);

    assertTrue(pipeline.poll());

    assertEquals(List.of("a0", "a1", "a2.", "b0", "b1", "b2."), seen);
    assertTrue(pipeline.isDrained());
    assertFalse(pipeline.poll(), "nothing more");
  }

  @Test
  void failsOnlyThePacketThatAStageThrowsOn() {
    EventHandler<FlowEvent> throwing =
        (event, sequence, endOfBatch) -> {
          if (sequence == 1) {
            throw new IllegalStateException("a defect, for the test");
          }
        };
    Pipeline<FlowEvent> pipeline = pipeline(StageThreads.POLLED, List.of(throwing, note("b")));
    publish(3);

    pipeline.poll();

    assertEquals(List.of("b0", "b1!", "b2."), seen);
    assertEquals(1, counters.value(Counter.FLOW_FAULTS));
  }

  @Test
  void survivesAnErrorInAStageOnItsOwnThread() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(3);
    EventHandler<FlowEvent> throwing =
        (event, sequence, endOfBatch) -> {
          if (sequence == 1) {
            throw new AssertionError("a defect, for the test");
          }
        };
    EventHandler<FlowEvent> last =
        (event, sequence, endOfBatch) -> {
          seen.add(sequence + (event.hasFailed() ? "!" : ""));
          done.countDown();
        };
    Pipeline<FlowEvent> pipeline = pipeline(StageThreads.OWN, List.of(throwing, last));
    pipeline.start();
    publish(3);

    assertTrue(done.await(10, TimeUnit.SECONDS));
    pipeline.stop();

    assertEquals(List.of("0", "1!", "2"), seen);
    assertEquals(1, counters.value(Counter.FLOW_FAULTS));
  }

  @Test
  void tellsPolledStagesWhenNothingComes() {
    EventHandler<FlowEvent> stage =
        new EventHandler<>() {
          @Override
          public void onEvent(FlowEvent event, long sequence, boolean endOfBatch) {
            seen.add("event");
          }

          @Override
          public void onTimeout(long sequence) {
            seen.add("idle after " + sequence);
          }
        };
    Pipeline<FlowEvent> pipeline = pipeline(StageThreads.POLLED, List.of(stage));

    pipeline.idle();
    publish(1);
    pipeline.poll();
    pipeline.idle();

    assertEquals(List.of("idle after -1", "event", "idle after 0"), seen);
  }
}
