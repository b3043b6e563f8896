// SPDX-License-Identifier: Apache-2.0
/**
 * Calico resources to decisions: what people write is read and checked as a whole, and compiled to
 * integers that a flow is compared with.
 *
 * <pre>
 *  files ──YamlFile──► nodes with positions ──DocumentReader──► Resources (valid objects)
 *                                │ every error and warning          │
 *                                ▼                                  ▼ PolicyCompiler (one node)
 *                            Problem, …                        CompiledPolicy
 *                                                               │          │
 *  name learnt from DNS ───────────────────domainSets(name)─────┘          │
 *  flow + domain sets of its destination ──────────────evaluate(…)─────────┘──► decision
 * </pre>
 *
 * <p>The rule that the readers keep: an object with a word that was not understood is absent as a
 * whole, because what is left of it could allow more than was meant.
 */
@NullMarked
package dev.namegate.policy;

import org.jspecify.annotations.NullMarked;
