// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.io.IOException;
import java.util.Objects;

/**
 * A queue, group or netlink socket could not be had: what was tried, the kernel's word, and what a
 * person can do about it.
 */
public final class NfQueueException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final int errno;
  private final String text;
  private final String advice;

  /**
   * @param operation what was tried, as in {@code bind queue 100}
   * @param errno the positive error number, or 0 when the kernel was not reached
   * @param text the C library's words for the number, or what else went wrong
   * @param advice what to do; a sentence without its final stop
   */
  NfQueueException(String operation, int errno, String text, String advice) {
    super(
        operation
            + ": "
            + (errno == 0 ? text : Errno.name(errno) + " (" + errno + ", " + text + ")")
            + (advice.isEmpty() ? "" : ": " + advice));
    this.operation = operation;
    this.errno = errno;
    this.text = text;
    this.advice = advice;
  }

  public String operation() {
    return operation;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  /** The positive error number, or 0 when the kernel was not reached. */
  public int errno() {
    return errno;
  }

  public String errnoName() {
    return errno == 0 ? "" : Errno.name(errno);
  }

  public String text() {
    return text;
  }

  /** What to do, or nothing. */
  public String advice() {
    return advice;
  }
}
