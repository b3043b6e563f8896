// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.cache.AddressTable;
import dev.namegate.cache.Memberships;
import dev.namegate.packet.HotPath;
import dev.namegate.policy.CompiledPolicy;
import java.util.List;

/**
 * A compiled policy and the learnt addresses in terms of that policy's domain sets.
 *
 * <p>All is published as one, because the ids in the table mean something only to that policy.
 *
 * @param workloadPrefixes what the names of workloads' interfaces begin with
 * @param holdsDenied whether a denied packet waits for an answer that may allow it
 * @param clients whom what is learnt counts for
 */
public record Ruleset(
    CompiledPolicy policy,
    AddressTable addresses,
    List<String> workloadPrefixes,
    boolean holdsDenied,
    Clients clients) {
  /** Keeps a copy. */
  public Ruleset {
    workloadPrefixes = List.copyOf(workloadPrefixes);
  }

  /** One that holds no packets, on a host that has no address, where all share what is learnt. */
  public Ruleset(CompiledPolicy policy, AddressTable addresses, List<String> workloadPrefixes) {
    this(policy, addresses, workloadPrefixes, false, Clients.of(policy, false, (hi, lo) -> false));
  }

  /**
   * Turns the view to what is learnt of an address for flows of this endpoint, which may be none.
   * Returns whether that is anything.
   */
  @HotPath
  public boolean learnt(int endpoint, long hi, long lo, Memberships into) {
    return addresses.find(clients.scopeOfEndpoint(endpoint), hi, lo, into);
  }
}
