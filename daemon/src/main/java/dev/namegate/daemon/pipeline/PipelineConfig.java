// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import java.time.Duration;
import java.util.List;

/**
 * How packets are processed.
 *
 * @param stageThreads on which threads the stages run
 * @param pollWindow how long at most a receiver polls for the next packet before it sleeps
 * @param maxHold how long a DNS reply is held at most
 * @param flowSlots slots of the ring of each queue of flows, a power of two
 * @param replySlots slots of the DNS replies' ring, a power of two: how many may await a commit
 * @param flowCpus CPUs that the threads of flows are bound to; empty: the kernel chooses
 * @param dnsCpus CPUs that the threads of DNS replies are bound to; empty: the kernel chooses
 */
public record PipelineConfig(
    StageThreads stageThreads,
    Duration pollWindow,
    Duration maxHold,
    int flowSlots,
    int replySlots,
    List<Integer> flowCpus,
    List<Integer> dnsCpus) {
  public PipelineConfig {
    flowCpus = List.copyOf(flowCpus);
    dnsCpus = List.copyOf(dnsCpus);
    requirePowerOfTwo("flowSlots", flowSlots);
    requirePowerOfTwo("replySlots", replySlots);
  }

  /** Of the threads of one queue of flows; stages of their own share all of its CPUs. */
  CpuBinding flowBinding(int queue) {
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
