// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

/** By what the kernel chooses one of several queues of flows. */
public enum FlowQueueSpread {
  /** A hash of both addresses and the protocol: what one host sends another stays in order. */
  ADDRESSES,
  /**
   * The CPU that handles the packet: no packet crosses CPUs to be queued, and one pair of hosts is
   * spread, too; a flow of which several packets are queued may change its order.
   */
  CPU
}
