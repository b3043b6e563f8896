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
 * @param holdsDenied whether a denied packet waits for an answer that may allow it
 */
public record Ruleset(
    CompiledPolicy policy,
    AddressTable addresses,
    List<String> workloadPrefixes,
    boolean holdsDenied) {
  /** Keeps a copy. */
  public Ruleset {
    workloadPrefixes = List.copyOf(workloadPrefixes);
  }

  /** One that holds no packets. */
  public Ruleset(CompiledPolicy policy, AddressTable addresses, List<String> workloadPrefixes) {
    this(policy, addresses, workloadPrefixes, false);
  }
}
