// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import java.time.Duration;

/**
 * How packets are processed.
 *
 * @param stageThreads on which threads the stages run
 * @param pollWindow how long at most a receiver polls for the next packet before it sleeps
 * @param maxHold how long a DNS reply is held at most
 * @param flowSlots slots of the flows' ring, a power of two
 * @param replySlots slots of the DNS replies' ring, a power of two: how many may await a commit
 */
public record PipelineConfig(
    StageThreads stageThreads,
    Duration pollWindow,
    Duration maxHold,
    int flowSlots,
    int replySlots) {
  public PipelineConfig {
    requirePowerOfTwo("flowSlots", flowSlots);
    requirePowerOfTwo("replySlots", replySlots);
  }

  private static void requirePowerOfTwo(String name, int value) {
    if (value < 1 || Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(name + "=" + value + ", not a power of two");
    }
  }
}
