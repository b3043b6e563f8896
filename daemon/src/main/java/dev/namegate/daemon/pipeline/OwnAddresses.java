// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

/** Which addresses are this host's own. */
@FunctionalInterface
public interface OwnAddresses {
  /** Whether this address is one of them, now. */
  boolean contain(long hi, long lo);
}
