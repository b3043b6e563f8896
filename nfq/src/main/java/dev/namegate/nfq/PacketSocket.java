// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.io.IOException;

/**
 * A socket to which the kernel hands packets, or copies of packets, for as long as a number is
 * bound to it; it can be bound anew when that has ended.
 */
public sealed interface PacketSocket extends Pollable permits NfQueue, NflogGroup {
  /** The number of the queue or group. */
  int number();

  /** Receives without waiting; see {@link NfQueue#receive} and {@link NflogGroup#receive}. */
  int receive(DatagramRing ring, int firstSlot, int count);

  /**
   * Binds it anew after its socket failed.
   *
   * <p><b>Threading:</b> by the thread that receives.
   */
  void reopen() throws NfQueueException;

  /**
   * Whether the kernel still knows the number as ours. A number that somebody unbound makes no
   * noise: the socket is sound, and nothing comes any more. Any thread of this network namespace.
   *
   * @throws IOException when the kernel's list is not readable
   */
  boolean isBound() throws IOException;

  /**
   * As {@link #isBound()}, of a list that was read before: if that one has it, the kernel is not
   * asked again. So what was lost since then may be found bound.
   */
  boolean isBoundIn(KernelBindings seen) throws IOException;
}
