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
   * @param count of queues that share the packets, with numbers from {@code number} on
   * @param spread by what the kernel chooses one of several
   * @param bypass whether it passes when nobody listens
   */
  record Queue(int number, int count, FlowQueueSpread spread, boolean bypass) implements Target {
    public Queue {
      RulesConfig.checkRange("queues", count, 1, RulesConfig.MAX_FLOW_QUEUES);
      RulesConfig.checkRange("queue", number, 0, 65_536 - count);
    }

    /** The queue of this number, with the configuration's way to fail. */
    static Queue of(int number, RulesConfig config) {
      return new Queue(
          number, 1, FlowQueueSpread.ADDRESSES, config.failureMode() == FailureMode.OPEN);
    }

    /** The queues of flows. */
    static Queue ofFlows(RulesConfig config) {
      return new Queue(
          config.flowsQueue(),
          config.flowQueues(),
          config.flowQueueSpread(),
          config.failureMode() == FailureMode.OPEN);
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
