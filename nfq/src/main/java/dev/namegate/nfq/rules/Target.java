// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

/** What a rule does with the packets it applies to. */
sealed interface Target {
  /** Leaves the chain; evaluation goes on in the chain that called it. */
  record Return() implements Target {}

  record Drop() implements Target {}

  /** Continues in another chain of the same table. */
  record Jump(String chain) implements Target {}

  /**
   * Hands the packet to userspace.
   *
   * @param bypass whether it passes when nobody listens
   */
  record Queue(int number, boolean bypass) implements Target {
    public Queue {
      RulesConfig.checkRange("queue", number, 0, 65_535);
    }

    /** The queue of this number, with the configuration's way to fail. */
    static Queue of(int number, RulesConfig config) {
      return new Queue(number, config.failureMode() == FailureMode.OPEN);
    }
  }

  /**
   * Sends a copy to userspace at once and goes on with the next rule.
   *
   * @param copyRange how many bytes of the packet are copied at most
   */
  record Log(int group, String prefix, int copyRange) implements Target {
    /** The kernel's buffer has 64 bytes, one of them for the terminator. */
    private static final int MAX_PREFIX_LENGTH = 63;

    public Log {
      RulesConfig.checkRange("NFLOG group", group, 1, 65_535);
      RulesConfig.checkRange("copyRange", copyRange, 1, 65_535);
      if (prefix.isEmpty() || prefix.length() > MAX_PREFIX_LENGTH) {
        throw new IllegalArgumentException(
            "NFLOG prefix of " + prefix.length() + " characters, range=1-" + MAX_PREFIX_LENGTH);
      }
    }
  }
}
