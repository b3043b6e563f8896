// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** How much a {@link Problem} matters. */
public enum Severity {
  /** The object, or the whole file, is refused: it is as if it were not there. */
  ERROR,
  /** The object is in force; what it says is legal and risky, or surely not what was meant. */
  WARNING,
  /** The object is in force, and has a part that is checked here and not enforced. */
  NOTICE
}
