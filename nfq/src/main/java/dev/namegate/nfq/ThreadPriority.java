// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.util.Optional;

/**
 * How the kernel prefers a thread to others that want the same CPU.
 *
 * <p><b>Threading:</b> about the calling thread.
 *
 * @spec setpriority(2): on Linux the nice value belongs to a thread; sched(7) says what it does
 */
public final class ThreadPriority {
  /** The least and the most that a thread may leave to others. */
  public static final int MIN_NICE = -20;

  public static final int MAX_NICE = 19;

  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

  private ThreadPriority() {}

  /**
   * Sets the nice value; less than the present one takes {@code CAP_SYS_NICE}.
   *
   * @return why the kernel refuses; then the thread keeps what it had
   */
  public static Optional<String> nice(int value) {
    QueueConfig.check("nice", value, MIN_NICE, MAX_NICE);
    if (LibC.LOAD_FAILURE != null) {
      return Optional.of(LibC.LOAD_FAILURE);
    }
    int result = LibC.setpriority(PRIO_PROCESS, CALLING_THREAD, value);
    int errno = LibC.errno();
    return result == 0 ? Optional.empty() : Optional.of(Errno.name(errno));
  }
}
