// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.List;

/**
 * A chain of ours as a value. It holds at least one rule, for it is by the comment on a rule that a
 * chain is recognised as ours.
 */
record Chain(String name, List<Rule> rules) {
  Chain {
    rules = List.copyOf(rules);
    if (!name.startsWith(RuleNames.PREFIX) || name.length() > RuleNames.MAX_CHAIN_LENGTH) {
      throw new IllegalArgumentException(
          "chain name \""
              + name
              + "\": "
              + RuleNames.PREFIX
              + "… of at most "
              + RuleNames.MAX_CHAIN_LENGTH
              + " characters is ours");
    }
    if (rules.isEmpty()) {
      throw new IllegalArgumentException("chain " + name + " has no rule");
    }
  }
}
