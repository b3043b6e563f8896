// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * What is asked before packets come: a receiver that knows of it can be awake when they do.
 *
 * <p><b>Threading:</b> belongs to the receiving thread.
 */
interface Questions {
  /** Where there are no questions, or another thread reads them. */
  Questions NONE =
      new Questions() {
        @Override
        public @Nullable PacketSource<?> source() {
          return null;
        }

        @Override
        public void read() {}
      };

  /** Where they come from, or null. */
  @Nullable PacketSource<?> source();

  /** Takes some that are there. */
  void read();
}
