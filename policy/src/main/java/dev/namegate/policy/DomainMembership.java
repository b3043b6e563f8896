// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** The domain sets that a packet's destination is in, now: what DNS taught, asked for by policy. */
public interface DomainMembership {
  /** Whether a name of this set leads to the destination. */
  boolean isMember(int domainSet);
}
