// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

/** What becomes of a workload's new connections to the host it runs on. */
public enum EndpointToHostAction {
  /** Drop them, whatever policy says. */
  DROP,
  /** Let policy decide. */
  ACCEPT,
  /**
   * Let policy decide, then the host's rules. Here the same as {@link #ACCEPT}: the host's filter
   * rules have been asked before our table is.
   */
  RETURN
}
