// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static dev.namegate.nfq.Netlink.NFGENMSG_LEN;
import static dev.namegate.nfq.Netlink.NLA_HDRLEN;
import static dev.namegate.nfq.Netlink.NLMSG_HDRLEN;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * Verdicts that wait to be sent: one message of {@value #MESSAGE_BYTES} bytes each, all in one
 * {@code send(2)}. The kernel acts on them in order, before the call returns.
 *
 * <p><b>Threading:</b> confined to one thread. Several threads may answer one queue, each with a
 * batch of its own: what counts for the kernel is the socket.
 *
 * <p><b>Ordering:</b> <i>learn-before-release</i>: {@link #flush} sends after everything that its
 * thread did before, system calls included.
 *
 * <p><b>Bounds:</b> {@code capacity} verdicts; a batch that became full sends itself.
 *
 * <p><b>Errors:</b> <i>one-verdict</i>: what could not be sent after some retries stays in the
 * batch, and the call says so with {@code -errno}. A verdict is never lost without a word. An error
 * of {@code send} precedes any effect, so that a retry answers nothing twice.
 *
 * @spec include/uapi/linux/netfilter/nfnetlink_queue.h: struct nfqnl_msg_verdict_hdr
 */
@HotPath
public final class VerdictBatch {
  /** nlmsghdr 16, nfgenmsg 4, attribute header 4, verdict 4, packet id 4. */
  static final int MESSAGE_BYTES = 32;

  private static final int NFQNL_MSG_VERDICT = 1;
  private static final int NFQA_VERDICT_HDR = 2;
  static final int TYPE = Netlink.type(Netlink.NFNL_SUBSYS_QUEUE, NFQNL_MSG_VERDICT);

  private static final int ATTRIBUTE = NLMSG_HDRLEN + NFGENMSG_LEN;
  private static final int VERDICT_HDR = ATTRIBUTE + NLA_HDRLEN;
  private static final int VERDICT_HDR_LEN = 8;

  /** What the default send buffer of 212992 bytes takes, and then some. */
  public static final int MAX_CAPACITY = 4096;

  /** The longest that a flush waits in all for memory: 20 + 40 + … + 2560 µs, about 5 ms. */
  private static final int MAX_WAITS = 8;

  private static final long FIRST_WAIT_NS = 20_000;

  /** What carries bytes to the kernel; the queue's socket. */
  @FunctionalInterface
  interface Sender {
    /** Sends all or nothing: the length, or {@code -errno}. */
    int send(long address, int length);
  }

  private final IntSupplier generations;

  private final Sender sender;
  private final int capacity;
  private final ByteBuffer messages;
  private final long address;
  private int pending;

  /** The binding of the queue that the verdicts which wait belong to. */
  private int generation;

  private long sent;
  private long retries;

  public VerdictBatch(NfQueue queue, int capacity) {
    this(queue::send, queue::generation, queue.number(), capacity);
  }

  VerdictBatch(Sender sender, int queueNumber, int capacity) {
    this(sender, () -> 0, queueNumber, capacity);
  }

  private VerdictBatch(Sender sender, IntSupplier generations, int queueNumber, int capacity) {
    QueueConfig.check("capacity", capacity, 1, MAX_CAPACITY);
    this.sender = sender;
    this.generations = generations;
    this.capacity = capacity;
    this.messages = ByteBuffer.allocateDirect(capacity * MESSAGE_BYTES);
    this.address = LibC.address(messages);
    for (int at = 0; at < messages.capacity(); at += MESSAGE_BYTES) {
      Netlink.putRequest(messages, at, MESSAGE_BYTES, TYPE, queueNumber);
      Netlink.putAttribute(messages, at + ATTRIBUTE, NFQA_VERDICT_HDR, VERDICT_HDR_LEN);
    }
  }

  /** As {@link #verdict} with {@link Verdict#ACCEPT}. */
  public int accept(long packetId) {
    return verdict(packetId, Verdict.ACCEPT);
  }

  /** As {@link #verdict} with {@link Verdict#DROP}. */
  public int drop(long packetId) {
    return verdict(packetId, Verdict.DROP);
  }

  /**
   * Adds a verdict, and sends the batch if that made it full.
   *
   * @return 0, or {@code -errno} when the batch was full already and still cannot be sent: then
   *     this verdict was <b>not</b> taken, and is the caller's to repeat
   */
  public int verdict(long packetId, int verdictWord) {
    if (pending == capacity) {
      int result = flush();
      if (pending == capacity) {
        return result;
      }
    }
    if (pending == 0) {
      generation = generations.getAsInt();
    }
    messages.putLong(
        pending * MESSAGE_BYTES + VERDICT_HDR, (long) verdictWord << 32 | (packetId & 0xffffffffL));
    pending++;
    if (pending == capacity) {
      flush(); // A failure shows at the next call; nothing is lost until then.
    }
    return 0;
  }

  /**
   * Sends what waits, as one message if the kernel has the memory for it.
   *
   * @return how many verdicts were sent, or {@code -errno}: then {@link #pending} of them wait
   *     still
   */
  public int flush() {
    if (pending > 0 && generation != generations.getAsInt()) {
      pending = 0; // the packets died with the socket, and their numbers are others' now
    }
    int done = 0;
    int chunk = pending;
    int waits = 0;
    int error = 0;
    while (done < pending) {
      int count = Math.min(chunk, pending - done);
      int result = sender.send(address + (long) done * MESSAGE_BYTES, count * MESSAGE_BYTES);
      if (result >= 0) {
        done += count;
        continue;
      }
      retries++;
      if (count > 1 && isTooLarge(-result)) {
        chunk = (count + 1) / 2;
      } else if (isPassing(-result) && waits < MAX_WAITS) {
        LockSupport.parkNanos(FIRST_WAIT_NS << waits++);
      } else {
        error = result;
        break;
      }
    }
    sent += done;
    keepFrom(done);
    return error == 0 ? done : error;
  }

  /** The memory of one message of this size was not to be had: smaller ones may pass. */
  private static boolean isTooLarge(int errno) {
    return errno == Errno.ENOBUFS || errno == Errno.ENOMEM || errno == Errno.EMSGSIZE;
  }

  private static boolean isPassing(int errno) {
    return errno == Errno.EINTR
        || errno == Errno.EAGAIN
        || errno == Errno.ENOBUFS
        || errno == Errno.ENOMEM;
  }

  /** Moves what was not sent to the front; only the eight bytes that differ. */
  private void keepFrom(int done) {
    for (int i = done; i < pending && done > 0; i++) {
      messages.putLong(
          (i - done) * MESSAGE_BYTES + VERDICT_HDR,
          messages.getLong(i * MESSAGE_BYTES + VERDICT_HDR));
    }
    pending -= done;
  }

  /** How many verdicts wait. */
  public int pending() {
    return pending;
  }

  /** How many verdicts the kernel took, ever. */
  public long sent() {
    return sent;
  }

  /** How many sends failed at first, ever; a growing value says that kernel memory is short. */
  public long retries() {
    return retries;
  }

  /** The packet id in a verdict message that the kernel sent back inside an error. */
  static long packetIdAt(ByteBuffer buffer, int message) {
    return buffer.getInt(message + VERDICT_HDR + 4) & 0xffffffffL;
  }

  /** For tests: the message as it would be sent. */
  ByteBuffer message(int index) {
    return messages.duplicate().slice(index * MESSAGE_BYTES, MESSAGE_BYTES);
  }
}
