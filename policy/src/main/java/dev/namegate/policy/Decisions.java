// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Rule.Action;
import java.util.BitSet;
import java.util.List;

/**
 * Gives each way in which a flow can be decided a number; an odd one allows.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class Decisions {
  private final Numbering<String> texts = new Numbering<>();

  static boolean isAllow(int decision) {
    return (decision & 1) != 0;
  }

  /**
   * The decision by a rule.
   *
   * @param owner the policy or the profile
   */
  int ofRule(String owner, int index, Action action) {
    return id(owner + ", egress[" + index + "] " + action, action == Action.ALLOW);
  }

  /** The decision that this text describes. */
  int id(String text, boolean allow) {
    return texts.of(text) * 2 + (allow ? 1 : 0);
  }

  /** Marks a decision as one that is used. */
  static void mark(int decision, BitSet used) {
    used.set(decision / 2);
  }

  /** Gives the numbers of all other decisions to those that come. */
  void retain(BitSet used) {
    texts.retain(used);
  }

  /** The text of decision {@code id} stands at {@code id / 2}. */
  List<String> texts() {
    return texts.list("");
  }
}
