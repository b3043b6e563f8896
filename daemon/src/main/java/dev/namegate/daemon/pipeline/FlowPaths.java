// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.daemon.stats.LatencyRecorder;
import dev.namegate.nfq.CpuAffinity;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.NfQueueException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The paths of new flows, one for each queue that the kernel spreads them over.
 *
 * <p>The paths share what is published for all readers, ruleset and learnt addresses, and nothing
 * that one of them writes.
 *
 * <p><b>Threading:</b> built, started and stopped by one thread.
 */
public final class FlowPaths {
  private final List<FlowPath> paths = new ArrayList<>();
  private final RuleLogWriter ruleLog;

  /**
   * Paths that are not started yet.
   *
   * @param heldQueue where denied packets go that an answer may still allow
   * @param endpoints one for each queue
   * @param midstreamUntilNs until when connections that are older than our rules may show
   *     themselves; now, if the rules were there before
   * @param allowedFlows who is told of flows that one endpoint's policy allowed, by the index of
   *     the queue
   */
  public FlowPaths(
      List<NfQueue> queues,
      int heldQueue,
      PipelineConfig config,
      Supplier<Ruleset> rulesets,
      List<EndpointTable> endpoints,
      long midstreamUntilNs,
      IntFunction<AllowedFlows> allowedFlows,
      NanoClock clock,
      Counters counters)
      throws NfQueueException, IOException {
    SortedSet<Integer> online = CpuAffinity.online();
    for (int i = 0; i < queues.size(); i++) {
      NfQueue queue = queues.get(i);
      FlowPath.Own own =
          new FlowPath.Own(
              queue,
              queues.size() == 1 ? "" : "-" + queue.number(),
              config.flowBinding(i, queues.size(), online),
              config.flowPollWindow(queues.size()),
              endpoints.get(i),
              allowedFlows.apply(i));
      paths.add(new FlowPath(own, heldQueue, config, rulesets, midstreamUntilNs, clock, counters));
    }
    ruleLog = new RuleLogWriter(paths.stream().map(FlowPath::ruleLogger).toList());
  }

  /** For {@link SocketWatch}. */
  List<PacketSource<?>> sources() {
    return paths.stream().<PacketSource<?>>map(FlowPath::source).toList();
  }

  public void start() {
    ruleLog.start();
    paths.forEach(FlowPath::start);
  }

  /** How long from the receipt of a packet to its verdict, over all queues. Any thread. */
  public LatencyRecorder.Summary latency() {
    return LatencyRecorder.summaryOf(paths.stream().map(FlowPath::latency).toList());
  }

  /** How many packets got a verdict in each queue, in the order of their numbers. Any thread. */
  public List<Long> verdictsPerQueue() {
    return paths.stream().map(path -> path.latency().summary().count()).toList();
  }

  /** Answers all that the kernel holds and ends the threads. The rules must be gone by then. */
  public void stop() throws InterruptedException {
    for (FlowPath path : paths) {
      path.stop();
    }
    ruleLog.stop();
  }
}
