// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** What a staged policy would do to the policy of its name, were it enforced. */
enum StagedAction {
  /** It would be there, in place of the enforced one if there is one. */
  SET("Set"),
  /** The enforced one would be gone. */
  DELETE("Delete"),
  /** As {@link #SET}; the policy was proposed by a machine that watched traffic. */
  LEARN("Learn"),
  /** Nothing: the proposal was turned down. */
  IGNORE("Ignore");

  private final String word;

  StagedAction(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
