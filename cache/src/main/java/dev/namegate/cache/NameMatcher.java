// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;

/**
 * Says which domain sets of the policy in force contain a name.
 *
 * <p><b>Threading:</b> called by the cache's writer alone: once when a name is first learnt, and
 * once for each known name on {@link DnsCache#rematch}.
 *
 * <p><b>Ownership:</b> the cache keeps the returned array and never writes to it; neither may the
 * matcher afterwards. Names of equal sets may share one array.
 */
@FunctionalInterface
public interface NameMatcher {
  /** The largest id of a domain set. */
  int MAX_DOMAIN_SET = (1 << 26) - 1;

  /**
   * The ids of the domain sets that contain this name, ascending, each once; empty if none. Ids are
   * 0 to {@value #MAX_DOMAIN_SET}.
   */
  int[] domainSets(DomainName name);

  /**
   * As {@link #domainSets(DomainName)}, of the name whose canonical wire form (lower case,
   * uncompressed) is {@code octets[from, to)}. The cache asks so; a matcher that can read octets
   * spares it an object for each name.
   *
   * <p><b>Ownership:</b> the octets are the cache's: they are read during the call only.
   */
  default int[] domainSets(byte[] octets, int from, int to) {
    return domainSets(DomainName.ofWire(octets, from, to));
  }
}
