// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** What is known, now, of one packet's destination address. */
public interface DomainMembership {
  /** Whether the address was learnt for a name in this domain set and has not expired. */
  boolean isMember(int domainSet);
}
