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
}
