// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

/**
 * The monotonic clock of the daemon; tests hand in one that they advance.
 *
 * <p><b>Units:</b> nanoseconds from an arbitrary origin; compare two readings by subtraction.
 */
@FunctionalInterface
public interface NanoClock {
  NanoClock SYSTEM = System::nanoTime;

  long nowNs();
}
