// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.dns.AnswerLinks;

/**
 * What one DNS reply taught, and whom.
 *
 * <p><b>Ownership:</b> valid during the call that gets it, and so are its links.
 */
public interface Answer {
  /** Aliases and addresses that lead on from the question; not empty. */
  AnswerLinks links();

  /** The first half of the address that the reply goes to. */
  long clientHi();

  /** The second half of the address that the reply goes to. */
  long clientLo();
}
