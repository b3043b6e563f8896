// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

/**
 * Makes what replies taught effective: what the commit stage does.
 *
 * <p><b>Threading:</b> called by the commit stage's thread only.
 *
 * <p><b>Ordering:</b> when {@code commit} and the {@code endOfBatch} after it have returned, every
 * decision that starts later knows the addresses, in userspace and in the kernel; the reply is
 * released after that (<i>learn-before-release</i>).
 */
@FunctionalInterface
public interface Commit {
  /** Commits one reply. */
  void commit(Answer answer, long nowNs);

  /** All replies that were received together are committed, and none of them is released yet. */
  default void endOfBatch(long nowNs) {}

  /** No reply waits: time to forget a little of what is over. */
  default void tidy(long nowNs) {}
}
