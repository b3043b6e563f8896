// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** A text is not what its place asks for: what is wrong, and what would be right. */
public final class InvalidValueException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String suggestion;

  public InvalidValueException(String message, String suggestion) {
    super(message);
    this.suggestion = suggestion;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** What would be right. */
  public String suggestion() {
    return suggestion;
  }
}
