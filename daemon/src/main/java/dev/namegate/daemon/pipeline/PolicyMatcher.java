// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.cache.NameMatcher;
import dev.namegate.packet.DomainName;
import dev.namegate.policy.CompiledPolicy;

/**
 * A policy as the cache asks it for domain sets: by the octets of a name, without an object for it.
 *
 * <p><b>Threading:</b> immutable.
 */
public record PolicyMatcher(CompiledPolicy policy) implements NameMatcher {
  @Override
  public int[] domainSets(DomainName name) {
    return policy.domainSets(name);
  }

  @Override
  public int[] domainSets(byte[] octets, int from, int to) {
    return policy.domainSets(octets, from, to);
  }
}
