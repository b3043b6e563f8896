// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** Is told of each Log rule that a packet matched on its way to the decision. */
@FunctionalInterface
public interface RuleLog {
  /** Tells nobody. */
  RuleLog NONE = decision -> {};

  /** The packet matched the Log rule that {@link CompiledPolicy#describe} describes. */
  void onLogRule(int decision);
}
