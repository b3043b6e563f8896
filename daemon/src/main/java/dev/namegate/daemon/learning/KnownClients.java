// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import org.jspecify.annotations.Nullable;

/**
 * What the cache's clients are called: their numbers end with the process.
 *
 * <p><b>Threading:</b> called by any thread.
 */
public interface KnownClients {
  /** The name of a client; null if what it was told is of no use to the next process. */
  @Nullable String name(int client);

  /** The client of this name; negative if nothing is to be learnt for it. */
  int named(String name);
}
