// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

/** A text that is no value of the type that is due. */
final class BadValueException extends Exception {
  private static final long serialVersionUID = 1;

  private final String what;
  private final String suggestion;

  BadValueException(String what, String suggestion) {
    super(what);
    this.what = what;
    this.suggestion = suggestion;
  }

  /** What is wrong with it. */
  String what() {
    return what;
  }

  /** What would be right. */
  String suggestion() {
    return suggestion;
  }
}
