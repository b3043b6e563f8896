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
 * Verdicts that wait to be sent: messages of {@value #MESSAGE_BYTES} bytes, all in one {@code
 * send(2)}. The kernel acts on them in order, before the call returns.
 *
 * <p>Each verdict is a message of its own, unless the batch {@link #ofRuns joins} equal verdicts
 * that follow one another. Such a run is one message, which gives its verdict to <i>all</i> packets
 * of the queue up to an id:
 *
 * <pre>
 *   ids and verdicts    1 accept   2 accept   3 accept   4 drop   5 accept   7 accept   8 accept
 *   messages            up to 3 accept ─────────────┘    4 drop   5 accept   7 accept   8 accept
 *                                                                          ↑ 6 is missing
 * </pre>
 *
 * <p>So it is made only while this batch itself was given a verdict for every id from 1 on, in
 * order: the kernel counts a queue's packets from 1 and hands them out in that order, so each
 * packet that it holds up to that id is of the run, or has its own verdict in a message before.
 * With the first id that is missing, whoever has it (a packet that is held, that another batch
 * answers, whose verdict was refused, or that the kernel dropped for want of room), that ends until
 * the queue is bound anew, and each verdict is a message again: no packet ever gets the verdict of
 * another one.
 *
 * <p><b>Threading:</b> confined to one thread. Several threads may answer one queue, each with a
 * batch of its own: what counts for the kernel is the socket.
 *
 * <p><b>Ordering:</b> <i>learn-before-release</i>: {@link #flush} sends after everything that its
 * thread did before, system calls included.
 *
 * <p><b>Bounds:</b> {@code capacity} verdicts, joined or not; a batch that became full sends
 * itself.
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
  private static final int NFQNL_MSG_VERDICT_BATCH = 3;
  private static final int TYPE = Netlink.type(Netlink.NFNL_SUBSYS_QUEUE, NFQNL_MSG_VERDICT);
  private static final int RUN_TYPE =
      Netlink.type(Netlink.NFNL_SUBSYS_QUEUE, NFQNL_MSG_VERDICT_BATCH);

  /** How many verdicts were joined to a message; the kernel quotes the field and ignores it. */
  private static final int JOINED = Netlink.NLMSG_SEQ;

  private static final long ID_MASK = 0xffffffffL;

  /** In place of an id: some packet has no verdict of ours. */
  private static final long GAP = -1;

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
  private final boolean joins;
  private final ByteBuffer messages;
  private final long address;

  /** How many verdicts wait, and in how many messages. */
  private int pending;

  private int used;

  /** The verdict of the last message that waits. */
  private int lastWord;

  /** The binding of the queue that the verdicts belong to. */
  private int generation;

  /** Each packet of this binding up to that id was given a verdict here; or {@link #GAP}. */
  private long through;

  private long sent;
  private long retries;

  public VerdictBatch(NfQueue queue, int capacity) {
    this(queue::send, queue::generation, queue.number(), capacity, false);
  }

  /**
   * A batch that joins runs of equal verdicts, for whoever answers all packets of a queue in the
   * order of their ids. For others it is no faster than one that does not.
   */
  public static VerdictBatch ofRuns(NfQueue queue, int capacity) {
    return new VerdictBatch(queue::send, queue::generation, queue.number(), capacity, true);
  }

  VerdictBatch(Sender sender, int queueNumber, int capacity) {
    this(sender, () -> 0, queueNumber, capacity);
  }

  VerdictBatch(Sender sender, IntSupplier generations, int queueNumber, int capacity) {
    this(sender, generations, queueNumber, capacity, false);
  }

  VerdictBatch(
      Sender sender, IntSupplier generations, int queueNumber, int capacity, boolean joins) {
    QueueConfig.check("capacity", capacity, 1, MAX_CAPACITY);
    this.sender = sender;
    this.generations = generations;
    this.capacity = capacity;
    this.joins = joins;
    this.generation = generations.getAsInt();
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
    forgetThoseOfAnOldBinding();
    if (pending == capacity) {
      int result = flush();
      if (pending == capacity) {
        return result;
      }
    }
    boolean isNext = isNext(packetId, through);
    through = isNext ? packetId : GAP;
    if (joins && isNext && used > 0 && verdictWord == lastWord) {
      join(packetId);
    } else {
      begin(packetId, verdictWord);
    }
    pending++;
    if (pending == capacity) {
      flush(); // A failure shows at the next call; nothing is lost until then.
    }
    return 0;
  }

  /** Whether this is the packet after all those that were given a verdict; ids have 32 bits. */
  static boolean isNext(long packetId, long through) {
    return through != GAP && packetId == (through + 1 & ID_MASK);
  }

  private void begin(long packetId, int verdictWord) {
    int message = used++ * MESSAGE_BYTES;
    Netlink.putHost16(messages, message + Netlink.NLMSG_TYPE, TYPE);
    messages.putInt(message + JOINED, 0);
    messages.putLong(message + VERDICT_HDR, (long) verdictWord << 32 | (packetId & ID_MASK));
    lastWord = verdictWord;
  }

  /**
   * Extends the last message by the packet that follows: up to it, all that the kernel holds is of
   * that message, or has its verdict in one before.
   */
  private void join(long packetId) {
    int message = (used - 1) * MESSAGE_BYTES;
    Netlink.putHost16(messages, message + Netlink.NLMSG_TYPE, RUN_TYPE);
    messages.putInt(message + JOINED, messages.getInt(message + JOINED) + 1);
    messages.putInt(message + VERDICT_HDR + 4, (int) packetId);
  }

  /**
   * Sends what waits, as one datagram if the kernel has the memory for it.
   *
   * @return how many verdicts were sent, or {@code -errno}: then {@link #pending} of them wait
   *     still
   */
  public int flush() {
    forgetThoseOfAnOldBinding();
    int done = 0;
    int chunk = used;
    int waits = 0;
    int error = 0;
    while (done < used) {
      int count = Math.min(chunk, used - done);
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
    int verdicts = keepFrom(done);
    sent += verdicts;
    return error == 0 ? verdicts : error;
  }

  /** Their packets died with the socket, and the numbers are those of others now. */
  private void forgetThoseOfAnOldBinding() {
    int now = generations.getAsInt();
    if (generation != now) {
      generation = now;
      pending = 0;
      used = 0;
      through = 0;
    }
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

  /**
   * Moves the messages that were not sent to the front, only what differs between them; returns how
   * many verdicts the others stood for.
   */
  private int keepFrom(int done) {
    int verdicts = 0;
    for (int i = 0; i < done; i++) {
      verdicts += 1 + messages.getInt(i * MESSAGE_BYTES + JOINED);
    }
    for (int i = done; i < used && done > 0; i++) {
      int from = i * MESSAGE_BYTES;
      int to = from - done * MESSAGE_BYTES;
      messages.putShort(to + Netlink.NLMSG_TYPE, messages.getShort(from + Netlink.NLMSG_TYPE));
      messages.putInt(to + JOINED, messages.getInt(from + JOINED));
      messages.putLong(to + VERDICT_HDR, messages.getLong(from + VERDICT_HDR));
    }
    used -= done;
    pending -= verdicts;
    return verdicts;
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

  /** Whether this is the type of one of our messages. */
  static boolean isVerdict(int type) {
    return type == TYPE || type == RUN_TYPE;
  }

  /** The packet id in a message that the kernel sent back inside an error; of a run the last. */
  static long packetIdAt(ByteBuffer buffer, int message) {
    return buffer.getInt(message + VERDICT_HDR + 4) & ID_MASK;
  }

  /** How many verdicts such a message stood for. */
  static int countAt(ByteBuffer buffer, int message) {
    return 1 + Math.max(0, Math.min(buffer.getInt(message + JOINED), MAX_CAPACITY - 1));
  }

  /** For tests: the message as it would be sent. */
  ByteBuffer message(int index) {
    return messages.duplicate().slice(index * MESSAGE_BYTES, MESSAGE_BYTES);
  }
}
