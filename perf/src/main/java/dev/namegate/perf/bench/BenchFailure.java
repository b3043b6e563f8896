// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

/** A benchmark could not be run, or something answered wrongly while it was measured. */
final class BenchFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  BenchFailure(String message) {
    super(message);
  }

  BenchFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
