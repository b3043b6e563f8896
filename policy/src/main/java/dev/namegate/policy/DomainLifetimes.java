// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** What is known of one packet's destination address, and for how long it stays true. */
public interface DomainLifetimes extends DomainMembership {
  /**
   * How long from now the address stays a member of this domain set; 0 or less if it is none. What
   * is learnt later can only make it longer.
   */
  long remainingNs(int domainSet);
}
