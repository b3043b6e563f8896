// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import org.jspecify.annotations.Nullable;

/**
 * The control path of libnetfilter_queue, mapped directly. Handles are addresses, 0 is none.
 *
 * <p>Packets are not received through the library: its callback per packet halves the rate and
 * makes garbage. {@link NfQueue} works on {@link #nfq_fd} instead.
 *
 * <p><b>Threading:</b> one thread at a time per handle; the calls wait for the kernel's answer.
 *
 * <p><b>Errors:</b> 0 or -1 with errno set, or a null handle with errno set.
 *
 * @spec libnetfilter_queue/libnetfilter_queue.h, 1.0.2 and later
 */
@SuppressWarnings("MemberName") // the names are the library's
final class LibNetfilterQueue {
  /** Why the library could not be bound, or null. */
  static final @Nullable String LOAD_FAILURE =
      NativeLibraries.register(
          LibNetfilterQueue.class, "libnetfilter_queue.so.1", "libnetfilter-queue1");

  /** On a full queue, accept instead of drop. Since Linux 3.6. */
  static final int NFQA_CFG_F_FAIL_OPEN = 1;

  /** Take aggregated packets whole instead of cutting them up first. Since Linux 3.10. */
  static final int NFQA_CFG_F_GSO = 4;

  private LibNetfilterQueue() {}

  static native long nfq_open();

  /** Closes the socket, which unbinds its queues; the kernel drops what they hold. */
  static native int nfq_close(long handle);

  /**
   * A request that has done nothing since Linux 3.8 but to need what a bind needs: the subsystem
   * and CAP_NET_ADMIN.
   */
  static native int nfq_bind_pf(long handle, int protocolFamily);

  /**
   * Binds a queue, in copy mode NONE: nothing is queued to it before the mode is set.
   *
   * @param callback 0: the library checks it before a call ({@code nfq_handle_packet} would answer
   *     -ENODEV), and we never make it dispatch packets
   */
  static native long nfq_create_queue(long handle, int number, long callback, long data);

  static native int nfq_destroy_queue(long queue);

  static native int nfq_set_queue_flags(long queue, int mask, int flags);

  static native int nfq_set_queue_maxlen(long queue, int length);

  static native int nfq_fd(long handle);
}
