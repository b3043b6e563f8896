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
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The path of new flows of one queue, to the verdict: ring, stages and receiving thread.
 *
 * <p><b>Threading:</b> built, started and stopped by one thread.
 */
final class FlowPath {
  /**
   * Netlink headers and attributes, and the start of a packet: enough for any headers we follow.
   */
  private static final int SLOT_BYTES = 1_024;

  /** Verdicts of one send; a drained batch is seldom larger. */
  private static final int VERDICTS = 256;

  private final PacketSource<FlowEvent> source;
  private final Pipeline<FlowEvent> pipeline;
  private final QueueReceiver<FlowEvent> receiver;
  private final Thread thread;
  private final RuleLogger ruleLogger;
  private final LatencyRecorder latency = new LatencyRecorder();

  /**
   * What each path has for itself.
   *
   * @param nameSuffix of its threads
   * @param pollWindow how long at most its receiver polls for the next packet
   * @param endpoints confined to its deciding stage
   * @param allowedFlows is told of flows that one endpoint's policy allowed, on the deciding stage
   */
  record Own(
      NfQueue queue,
      String nameSuffix,
      CpuBinding cpus,
      Duration pollWindow,
      EndpointTable endpoints,
      AllowedFlows allowedFlows) {}

  /**
   * A path that is not started yet.
   *
   * @param heldQueue where denied packets go that an answer may still allow
   * @param midstreamUntilNs until when connections that are older than our rules may show
   *     themselves; now, if the rules were there before
   */
  FlowPath(
      Own own,
      int heldQueue,
      PipelineConfig config,
      Supplier<Ruleset> rulesets,
      long midstreamUntilNs,
      NanoClock clock,
      Counters counters)
      throws NfQueueException {
    source = PacketSource.of(own.queue());
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
                new Pipeline.Stage<>(
                    "ng-decode" + own.nameSuffix(), new FlowDecodeHandler(counters.newWriter())),
                new Pipeline.Stage<>(
                    "ng-decide" + own.nameSuffix(),
                    new DecideHandler(
                        rulesets,
                        own.endpoints(),
                        midstreamUntilNs,
                        counters.newWriter(),
                        ruleLogger,
                        own.allowedFlows())),
                new Pipeline.Stage<>(
                    "ng-verdict" + own.nameSuffix(),
                    new FlowVerdictHandler(
                        VerdictBatch.ofRuns(own.queue(), VERDICTS),
                        heldQueue,
                        latency,
                        clock,
                        counters.newWriter()))),
            config.stageThreads(),
            own.cpus(),
            new FailClosedHandler<>("flows", Counter.FLOW_FAULTS, counters.newWriter()));
    receiver =
        new QueueReceiver<>(
            List.of(source),
            datagrams,
            ring,
            pipeline,
            IdleWork.NONE,
            Questions.NONE,
            clock,
            own.pollWindow().toNanos(),
            counters.newWriter());
    thread = own.cpus().newThread(receiver, "ng-flows" + own.nameSuffix());
  }

  PacketSource<?> source() {
    return source;
  }

  RuleLogger ruleLogger() {
    return ruleLogger;
  }

  void start() {
    pipeline.start();
    thread.start();
  }

  /** How long from the receipt of a packet to its verdict. Any thread. */
  LatencyRecorder latency() {
    return latency;
  }

  /** Answers all that the kernel holds and ends the threads. The rules must be gone by then. */
  void stop() throws InterruptedException {
    receiver.stop();
    thread.join();
    pipeline.stop();
    receiver.close();
  }
}
