// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

/**
 * The words that answer a queued packet.
 *
 * @spec include/uapi/linux/netfilter.h: NF_DROP to NF_STOP, NF_VERDICT_QMASK
 */
public final class Verdict {
  public static final int DROP = 0;
  public static final int ACCEPT = 1;
  public static final int QUEUE = 3;

  /** The packet meets the same hook again from its first rule on. */
  public static final int REPEAT = 4;

  private Verdict() {}

  /** Moves the packet to another queue, where it gets a new packet id. */
  public static int toQueue(int number) {
    QueueConfig.check("number", number, 0, QueueConfig.MAX_NUMBER);
    return number << 16 | QUEUE;
  }
}
