// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

/**
 * What one NFQUEUE is to be.
 *
 * @param number the queue's number, as in {@code --queue-num}
 * @param copyRange how many octets of each packet are copied, from the network header on
 * @param maxLength how many packets the kernel holds before it drops, or accepts if {@code
 *     failOpen}. The kernel's default of 1024 is lost at the first burst
 * @param failOpen a full queue or receive buffer accepts the packet instead of dropping it. Says
 *     nothing about a consumer that is gone ({@code --queue-bypass} does)
 * @param gso take aggregated packets whole; otherwise the kernel cuts them up and each part queues
 * @param receiveBufferBytes the socket's receive buffer. The kernel's default holds 256 packets,
 *     whatever the copy range
 */
public record QueueConfig(
    int number,
    int copyRange,
    int maxLength,
    boolean failOpen,
    boolean gso,
    int receiveBufferBytes) {
  public static final int MAX_NUMBER = 65535;

  /** What fits a netlink attribute: 65535 less its header. */
  public static final int MAX_COPY_RANGE = 65531;

  /** Refuses what the kernel would cut or wrap without a word. */
  public QueueConfig {
    check("number", number, 0, MAX_NUMBER);
    check("copyRange", copyRange, 0, MAX_COPY_RANGE);
    check("maxLength", maxLength, 1, Integer.MAX_VALUE);
    check("receiveBufferBytes", receiveBufferBytes, 4096, Integer.MAX_VALUE / 2);
  }

  /** Another queue like this one. */
  public QueueConfig withNumber(int another) {
    return new QueueConfig(another, copyRange, maxLength, failOpen, gso, receiveBufferBytes);
  }

  static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + "=" + value + ", must be from " + min + " to " + max);
    }
  }
}
