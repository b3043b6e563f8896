// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.RingBuffer;
import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.daemon.stats.LatencyRecorder;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.nfq.VerdictBatch;
import java.util.List;
import java.util.function.Supplier;

/**
 * The path of new flows, from the queue to the verdict: ring, stages and receiving thread.
 *
 * <p><b>Threading:</b> built, started and stopped by one thread.
 */
public final class FlowPath {
  /**
   * Netlink headers and attributes, and the start of a packet: enough for any headers we follow.
   */
  private static final int SLOT_BYTES = 1_024;

  /** Verdicts of one send; a drained batch is seldom larger. */
  private static final int VERDICTS = 256;

  private final Pipeline<FlowEvent> pipeline;
  private final QueueReceiver<FlowEvent> receiver;
  private final Thread thread;
  private final RuleLogger ruleLogger;
  private final LatencyRecorder latency = new LatencyRecorder();

  /**
   * A path that is not started yet.
   *
   * @param heldQueue where denied packets go that an answer may still allow
   * @param midstreamUntilNs until when connections that are older than our rules may show
   *     themselves; now, if the rules were there before
   * @param allowedFlows is told of flows that one endpoint's policy allowed, on the deciding stage
   */
  public FlowPath(
      NfQueue queue,
      int heldQueue,
      PipelineConfig config,
      Supplier<Ruleset> rulesets,
      EndpointTable endpoints,
      long midstreamUntilNs,
      AllowedFlows allowedFlows,
      NanoClock clock,
      Counters counters)
      throws NfQueueException {
    DatagramRing datagrams = new DatagramRing(config.flowSlots(), SLOT_BYTES);
    int[] slot = {0};
    RingBuffer<FlowEvent> ring =
        RingBuffer.createSingleProducer(
            () -> new FlowEvent(datagrams, slot[0]++),
            config.flowSlots(),
            config.stageThreads().newWaitStrategy());
    ruleLogger = new RuleLogger(counters.newWriter());
    pipeline =
        new Pipeline<>(
            ring,
            List.of(
                new Pipeline.Stage<>("ng-decode", new FlowDecodeHandler(counters.newWriter())),
                new Pipeline.Stage<>(
                    "ng-decide",
                    new DecideHandler(
                        rulesets,
                        endpoints,
                        midstreamUntilNs,
                        counters.newWriter(),
                        ruleLogger,
                        allowedFlows)),
                new Pipeline.Stage<>(
                    "ng-verdict",
                    new FlowVerdictHandler(
                        new VerdictBatch(queue, VERDICTS),
                        heldQueue,
                        latency,
                        clock,
                        counters.newWriter()))),
            config.stageThreads(),
            new FailClosedHandler<>("flows", Counter.FLOW_FAULTS, counters.newWriter()));
    receiver =
        new QueueReceiver<>(
            List.of(PacketSource.of(queue)),
            datagrams,
            ring,
            pipeline,
            clock,
            config.pollWindow().toNanos(),
            counters.newWriter());
    thread = new Thread(receiver, "ng-flows");
  }

  public void start() {
    ruleLogger.start();
    pipeline.start();
    thread.start();
  }

  /** How long from the receipt of a packet to its verdict. Any thread. */
  public LatencyRecorder.Summary latency() {
    return latency.summary();
  }

  /** Answers all that the kernel holds and ends the threads. The rules must be gone by then. */
  public void stop() throws InterruptedException {
    receiver.stop();
    thread.join();
    pipeline.stop();
    ruleLogger.stop();
    receiver.close();
  }
}
