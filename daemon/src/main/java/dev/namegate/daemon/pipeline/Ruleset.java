// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.cache.AddressTable;
import dev.namegate.policy.CompiledPolicy;

/**
 * A compiled policy and the learnt addresses in terms of that policy's domain sets.
 *
 * <p>The two are published as one, because the ids in the table mean something only to that policy.
 */
public record Ruleset(CompiledPolicy policy, AddressTable addresses) {}
