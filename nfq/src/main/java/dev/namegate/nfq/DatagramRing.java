// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;

/**
 * Direct memory for a ring of received datagrams, laid out once so that one {@code recvmmsg(2)}
 * fills consecutive slots: slot i belongs to slot i of the event ring.
 *
 * <pre>
 *  headers  | mmsghdr 0 | mmsghdr 1 | … | iovec 0 | iovec 1 | …
 *                 └────────────────────────^ └─ buffer + slotBytes * 0
 *  buffer   | slot 0        | slot 1        | …
 * </pre>
 *
 * <p><b>Threading:</b> one thread receives; others read a slot once it was handed to them, until it
 * is received into again.
 *
 * <p><b>Bounds:</b> slots × (slotBytes + 80) bytes of direct memory.
 *
 * @spec recvmmsg(2): struct mmsghdr, 64-bit layout
 */
@HotPath
public final class DatagramRing {
  /** What stands around a packet's payload in a datagram, at most; headers and attributes. */
  public static final int OVERHEAD_BYTES = 512;

  private static final int MMSGHDR_BYTES = 64;
  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;
  private static final int MSG_LEN = 56;
  private static final int IOVEC_BYTES = 16;
  private static final int IOV_LEN = 8;

  private final int slots;
  private final int slotBytes;
  private final ByteBuffer buffer;
  private final ByteBuffer headers;
  private final long headersAddress;

  /**
   * @param slotBytes for each datagram; see {@link #slotBytes(int)}. Rounded up to whole cache
   *     lines
   */
  public DatagramRing(int slots, int slotBytes) {
    QueueConfig.check("slots", slots, 1, 1 << 24);
    QueueConfig.check("slotBytes", slotBytes, 64, 1 << 20);
    int stride = (slotBytes + 63) & ~63;
    QueueConfig.check("slots", slots, 1, Integer.MAX_VALUE / stride);
    this.slots = slots;
    this.slotBytes = stride;
    this.buffer = ByteBuffer.allocateDirect(slots * stride); // big endian, as packets are
    this.headers = LibC.allocate(slots * (MMSGHDR_BYTES + IOVEC_BYTES));
    this.headersAddress = LibC.address(headers);
    layOut();
  }

  private void layOut() {
    long data = LibC.address(buffer);
    for (int slot = 0; slot < slots; slot++) {
      int header = slot * MMSGHDR_BYTES;
      int iovec = slots * MMSGHDR_BYTES + slot * IOVEC_BYTES;
      headers.putLong(header + MSG_IOV, headersAddress + iovec);
      headers.putLong(header + MSG_IOVLEN, 1);
      headers.putLong(iovec, data + (long) slot * slotBytes);
      headers.putLong(iovec + IOV_LEN, slotBytes);
    }
  }

  /** The slot size that takes a whole datagram with this many octets of packet. */
  public static int slotBytes(int copyRange) {
    QueueConfig.check("copyRange", copyRange, 0, QueueConfig.MAX_COPY_RANGE);
    return (copyRange + OVERHEAD_BYTES + 63) & ~63;
  }

  public int slots() {
    return slots;
  }

  public int slotBytes() {
    return slotBytes;
  }

  /** All slots, big endian. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Where the slot starts in {@link #buffer()}. */
  public int offset(int slot) {
    return slot * slotBytes;
  }

  /** How many octets of the last datagram stand in the slot. */
  public int length(int slot) {
    return Math.min(datagramLength(slot), slotBytes);
  }

  /** Whether the last datagram was longer than the slot; its head is there, the packet id too. */
  public boolean isTruncated(int slot) {
    return datagramLength(slot) > slotBytes;
  }

  /** How long the last datagram of this slot was before it was cut to the slot. */
  public int datagramLength(int slot) {
    return headers.getInt(slot * MMSGHDR_BYTES + MSG_LEN);
  }

  /** Puts a datagram there as if it had been received; what does not fit is cut. */
  public void put(int slot, ByteBuffer datagram) {
    int length = Math.min(datagram.remaining(), slotBytes);
    buffer.put(offset(slot), datagram, datagram.position(), length);
    headers.putInt(slot * MMSGHDR_BYTES + MSG_LEN, datagram.remaining());
  }

  /** The address of the slot's {@code struct mmsghdr}; those of later slots follow. */
  long header(int slot) {
    return headersAddress + (long) slot * MMSGHDR_BYTES;
  }
}
