// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

/**
 * What a receiving thread does when nothing comes, a little at a time: a packet waits for it at
 * worst.
 *
 * <p><b>Threading:</b> called by the receiving thread.
 */
@FunctionalInterface
interface IdleWork {
  IdleWork NONE = () -> false;

  /** Does a little, within some tens of microseconds; true if there is more to do now. */
  boolean run();
}
