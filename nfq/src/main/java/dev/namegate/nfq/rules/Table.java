// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.List;

/** Our part of one kernel table as a value: our chains, and our jumps from its base chains. */
record Table(String name, List<Chain> chains, List<Hook> hooks) {
  static final String RAW = "raw";
  static final String SECURITY = "security";

  Table {
    chains = List.copyOf(chains);
    hooks = List.copyOf(hooks);
  }

  /** Where in the base chain our jump stands. */
  enum Position {
    FIRST,
    LAST
  }

  /** The one rule that leads from a base chain of the kernel into a chain of ours. */
  record Hook(String baseChain, Position position, String chain) {}
}
