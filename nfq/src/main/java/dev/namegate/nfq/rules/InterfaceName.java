// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.regex.Pattern;

/** What we take for the name of an interface: the kernel takes more, our rules and sets do not. */
final class InterfaceName {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

  private InterfaceName() {}

  /**
   * Refuses what is none.
   *
   * @param what what the name is for
   */
  static void check(String what, String name, int maxLength) {
    if (name.length() > maxLength || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          what
              + " \""
              + name
              + "\": 1-"
              + maxLength
              + " letters, digits, dots, hyphens and underscores name an interface");
    }
  }
}
