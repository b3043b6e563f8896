// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** Text that is not what it should be, with what would be right kept apart from what is wrong. */
final class InvalidTextException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String what;
  private final String suggestion;

  InvalidTextException(String what, String suggestion) {
    super(suggestion.isEmpty() ? what : what + " — " + suggestion);
    this.what = what;
    this.suggestion = suggestion;
  }

  String what() {
    return what;
  }

  String suggestion() {
    return suggestion;
  }
}
