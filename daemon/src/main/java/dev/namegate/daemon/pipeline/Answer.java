// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.dns.Edge;
import java.util.List;

/**
 * What one DNS reply taught, and whom.
 *
 * <p><b>Ownership:</b> valid during the call that gets it; the list is immutable and may be kept.
 */
public interface Answer {
  /** Aliases and addresses that lead on from the question; not empty. */
  List<Edge> chain();

  /** The first half of the address that the reply goes to. */
  long clientHi();

  /** The second half of the address that the reply goes to. */
  long clientLo();
}
