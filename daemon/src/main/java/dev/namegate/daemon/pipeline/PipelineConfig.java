// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * How packets are processed.
 *
 * @param stageThreads on which threads the stages run
 * @param pollWindow how long at most a receiver polls for the next packet before it sleeps
 * @param maxHold how long a DNS reply is held at most
 * @param flowSlots slots of the ring of each queue of flows, a power of two
 * @param replySlots slots of the DNS replies' ring, a power of two: how many may await a commit
 * @param flowsStayOnCpu whether the kernel leads flows to the queue of the CPU that handles them
 * @param flowCpus CPUs that the threads of flows are bound to; empty: those whose flows they get if
 *     {@code flowsStayOnCpu}, else the kernel chooses
 * @param dnsCpus CPUs that the threads of DNS replies are bound to; empty: the kernel chooses
 */
public record PipelineConfig(
    StageThreads stageThreads,
    Duration pollWindow,
    Duration maxHold,
    int flowSlots,
    int replySlots,
    boolean flowsStayOnCpu,
    List<Integer> flowCpus,
    List<Integer> dnsCpus) {
  public PipelineConfig {
    flowCpus = List.copyOf(flowCpus);
    dnsCpus = List.copyOf(dnsCpus);
    requirePowerOfTwo("flowSlots", flowSlots);
    requirePowerOfTwo("replySlots", replySlots);
  }

  /**
   * Whether the thread of each of so many queues runs where its packets come from: then waking it
   * up takes no other CPU, and to poll there keeps whoever sends from sending.
   */
  boolean decidesOnCpuOfFlow(int queues) {
    return flowsStayOnCpu
        && queues > 1
        && flowCpus.isEmpty()
        && stageThreads == StageThreads.POLLED;
  }

  /** How long at most a receiver of flows polls. */
  Duration flowPollWindow(int queues) {
    return decidesOnCpuOfFlow(queues) ? Duration.ZERO : pollWindow;
  }

  /**
   * Of the threads of one queue of flows; stages of their own share all of its CPUs.
   *
   * @param online the CPUs of this host
   */
  CpuBinding flowBinding(int queue, int queues, Collection<Integer> online) {
    if (decidesOnCpuOfFlow(queues)) {
      return CpuBinding.toCpusOfQueue("flowQueueSpread", queue, queues, online);
    }
    CpuBinding all = new CpuBinding("flowCpus", flowCpus);
    return stageThreads == StageThreads.POLLED ? all.ofThread(queue) : all;
  }

  /** Of the threads of DNS replies, but for the timer, whose limit must hold in any case. */
  CpuBinding dnsBinding() {
    return new CpuBinding("dnsCpus", dnsCpus);
  }

  private static void requirePowerOfTwo(String name, int value) {
    if (value < 1 || Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(name + "=" + value + ", not a power of two");
    }
  }
}
