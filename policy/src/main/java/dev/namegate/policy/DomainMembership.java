// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** What is known, now, of one packet's destination address. */
public interface DomainMembership {
  /** Whether the address was learnt for a name in this domain set and has not expired. */
  boolean isMember(int domainSet);

  /**
   * The first domain set in {@code [from, end)} that the address is a member of; -1 if there is
   * none. May name sets that it is not, or no longer, a member of; may not leave one out.
   *
   * <p>This form asks for each set; where the sets of an address are at hand, override it.
   */
  default int nextMember(int from, int end) {
    for (int set = from; set < end; set++) {
      if (isMember(set)) {
        return set;
      }
    }
    return -1;
  }
}
