// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy.selector;

/** Text that is not a selector. */
public final class SelectorException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final int offset;
  private final String suggestion;

  SelectorException(String message, String suggestion, int offset) {
    super(message);
    this.suggestion = suggestion;
    this.offset = offset;
  }

  /** Where in the text, from 0. */
  public int offset() {
    return offset;
  }

  /** What would be right there. */
  public String suggestion() {
    return suggestion;
  }
}
