// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

/** What the rules left in the kernel do with a packet for a queue that nobody reads. */
public enum FailureMode {
  /** Drop it (<em>fail-closed</em>). */
  CLOSED,
  /**
   * Let it pass. In the kernel's words the packet is accepted at this hook; as our jump stands last
   * in its table, no rule is skipped by that.
   */
  OPEN
}
