// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import org.jspecify.annotations.Nullable;

/**
 * The control path of libnetfilter_log, mapped directly. Handles are addresses, 0 is none.
 *
 * <p>{@code nflog_bind_pf} is left out on purpose: it makes NFLOG the default logger of the whole
 * network namespace, which would take TRACE and conntrack's messages from their readers. Rules with
 * the NFLOG target do not need it.
 *
 * <p><b>Threading:</b> one thread at a time per handle; the calls wait for the kernel's answer.
 *
 * <p><b>Errors:</b> 0 or -1 with errno set, or a null handle with errno set.
 *
 * @spec libnetfilter_log/libnetfilter_log.h, 1.0.1 and later
 */
@SuppressWarnings("MemberName") // the names are the library's
final class LibNetfilterLog {
  /** Why the library could not be bound, or null. */
  static final @Nullable String LOAD_FAILURE =
      NativeLibraries.register(LibNetfilterLog.class, "libnetfilter_log.so.1", "libnetfilter-log1");

  private LibNetfilterLog() {}

  static native long nflog_open();

  /** Closes the socket, which unbinds its groups. */
  static native int nflog_close(long handle);

  static native long nflog_bind_group(long handle, int number);

  static native int nflog_unbind_group(long group);

  static native int nflog_fd(long handle);
}
