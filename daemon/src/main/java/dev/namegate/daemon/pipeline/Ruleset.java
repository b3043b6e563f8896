// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.cache.AddressTable;
import dev.namegate.policy.CompiledPolicy;
import java.util.List;

/**
 * A compiled policy and the learnt addresses in terms of that policy's domain sets.
 *
 * <p>All is published as one, because the ids in the table mean something only to that policy.
 *
 * @param workloadPrefixes what the names of workloads' interfaces begin with
 */
public record Ruleset(
    CompiledPolicy policy, AddressTable addresses, List<String> workloadPrefixes) {
  /** Keeps a copy. */
  public Ruleset {
    workloadPrefixes = List.copyOf(workloadPrefixes);
  }
}
