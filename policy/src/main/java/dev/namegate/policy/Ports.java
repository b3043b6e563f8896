// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/**
 * A port range, or a port's name.
 *
 * @param name empty for numbers
 */
@SuppressWarnings("StringSplitter")
record Ports(int first, int last, String name) {
  static final int MAX = 65535;

  /** {@code 53}, {@code 8000:8080} or {@code dns}. */
  static Ports parse(String text) {
    if (text.matches("[0-9]+(:[0-9]+)?")) {
      String[] ends = text.split(":");
      int first = number(ends[0]);
      int last = number(ends[ends.length - 1]);
      if (first > last) {
        throw new InvalidValueException("\"" + text + "\" ends before it starts", "low:high");
      }
      return new Ports(first, last, "");
    }
    if (!text.matches("[a-zA-Z0-9_.-]{1,128}")) {
      throw new InvalidValueException(
          "\"" + text + "\" is no port", "a number, a range as in 8000:8080, or a port's name");
    }
    return new Ports(0, 0, text);
  }

  private static int number(String text) {
    int port = text.length() > 5 ? 0 : Integer.parseInt(text);
    if (port < 1 || port > MAX) {
      throw new InvalidValueException("port " + text + " is out of range", "1 to " + MAX);
    }
    return port;
  }

  boolean isNamed() {
    return !name.isEmpty();
  }
}
