// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/** What the cache counts; a <i>link</i> is a learnt pair of a name and its alias or address. */
public enum CacheCounter {
  /** Links learnt that were not known. */
  LEARNT,

  /**
   * Links learnt again while known. Many per {@link #LEARNT}: clients ask often, TTLs are short.
   */
  RENEWED,

  /** Links dropped because their time was over. */
  EXPIRED,

  /** Alias links dropped before their time for want of room: raise the cache's limits. */
  EVICTED_ALIASES,

  /** Address links dropped before their time for want of room: raise the cache's limits. */
  EVICTED_ADDRESSES,

  /** Names of which no link was left after an eviction. */
  EVICTED_NAMES,

  /**
   * Links dropped before their time because their own name had too many; they count under {@link
   * #EVICTED_ALIASES} or {@link #EVICTED_ADDRESSES} too.
   */
  DISPLACED_IN_NAME,

  /** Links not learnt because their own answer alone fills the limit of their name. */
  REFUSED_IN_NAME,

  /** Links not learnt because their own answer alone fills the cache. */
  REFUSED,

  /**
   * How often a domain set was not passed on because it had come over {@link Claims#MAX_DEPTH}
   * aliases.
   */
  TOO_DEEP,

  /** Level: names known. */
  NAMES,

  /** Level: alias links known. */
  ALIASES,

  /** Level: address links known. */
  ADDRESSES,

  /** Level: addresses in the published table. */
  PUBLISHED,

  /** Level: addresses usable beyond what DNS said, because a connection to them is established. */
  KEPT;

  /** Whether the value goes up and down, where the others only grow. */
  public boolean isLevel() {
    return compareTo(NAMES) >= 0;
  }
}
