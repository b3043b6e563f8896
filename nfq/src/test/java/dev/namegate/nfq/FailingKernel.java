// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;

/** A kernel that fails as it is told to, and takes the messages of what it does not refuse. */
abstract class FailingKernel implements VerdictBatch.Sender {
  /** What the next sends fail with, a positive error number each. */
  final Deque<Integer> failures = new ArrayDeque<>();

  /** The octets for which it has memory. */
  int largest = Integer.MAX_VALUE;

  @Override
  public final int send(long address, int length) {
    if (!failures.isEmpty()) {
      return -failures.removeFirst();
    }
    if (length > largest) {
      return -Errno.ENOBUFS;
    }
    ByteBuffer bytes = new Pointer(address).getByteBuffer(0, length).order(ByteOrder.BIG_ENDIAN);
    for (int at = 0; at < length; at += VerdictBatch.MESSAGE_BYTES) {
      take(
          Netlink.host16(bytes, at + Netlink.NLMSG_TYPE),
          bytes.getInt(at + 24),
          bytes.getInt(at + 28) & 0xffffffffL);
    }
    sent(length);
    return length;
  }

  /** A message of the datagram in hand. */
  abstract void take(int type, int word, long id);

  /** The datagram of so many octets is at its end. */
  void sent(int length) {}
}
