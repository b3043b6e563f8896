// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.dns.Edge;
import java.util.List;

/**
 * Makes what one reply taught effective: what the commit stage does.
 *
 * <p><b>Threading:</b> called by the commit stage's thread only.
 *
 * <p><b>Ordering:</b> when {@code commit} returns, every decision that starts later knows the
 * addresses; the reply is released after that (<i>learn-before-release</i>).
 */
@FunctionalInterface
public interface Commit {
  /**
   * Commits one reply.
   *
   * @param chain aliases and addresses that lead on from the question; not empty
   */
  void commit(List<Edge> chain, long nowNs);
}
