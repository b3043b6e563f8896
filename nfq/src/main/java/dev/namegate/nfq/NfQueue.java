// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import com.sun.jna.Native;
import dev.namegate.packet.HotPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One NFQUEUE, bound to a socket of its own: the kernel puts packets into it, and each waits there
 * until it is answered.
 *
 * <p>It is opened, bound and configured through libnetfilter_queue; packets come and verdicts go on
 * its descriptor, many per system call.
 *
 * <p><b>Threading:</b> one thread receives; any thread may send verdicts with a {@link
 * VerdictBatch} of its own. Close it after all of them have left. {@link #receive} never blocks:
 * wait with a {@link Poller}, or in {@link #awaitAndReceive}.
 *
 * <p><b>Ordering:</b> the queue copies packets only once everything else is set, so none is missed
 * by us and all ids from 1 on are received here.
 *
 * <p><b>Errors:</b> opening fails with {@link NfQueueException}. What the kernel lacks but we can
 * do without is a {@link #warnings warning} that names what is lost.
 *
 * @spec include/uapi/linux/netfilter/nfnetlink_queue.h enum nfqnl_attr_config
 */
@HotPath
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
public final class NfQueue implements PacketSocket, AutoCloseable {
  private static final int AF_INET = 2;
  private static final int NFQNL_MSG_CONFIG = 2;
  private static final int NFQA_CFG_PARAMS = 2;

  /** {@code struct nfqnl_msg_config_params}: copy range, mode. */
  private static final int PARAMS_LEN = 5;

  /** The longest wait: a wake-up that is lost costs no more. */
  private static final int WAIT_LIMIT_MS = 1_000;

  private final QueueConfig config;
  private final List<String> warnings;
  private volatile long portId;
  private volatile NetlinkSocket socket;

  /** How often it was bound anew: packets that one binding held are unknown to the next. */
  private volatile int generation;

  private long handle;
  private long queue;

  private NfQueue(QueueConfig config, long handle, long queue, List<String> warnings)
      throws NfQueueException {
    this.config = config;
    this.handle = handle;
    this.queue = queue;
    this.socket = new NetlinkSocket(LibNetfilterQueue.nfq_fd(handle));
    this.portId = socket.portId();
    configure(warnings);
    this.warnings = List.copyOf(warnings);
  }

  /** Binds the queue; from then on the kernel holds its packets for us. */
  public static NfQueue open(QueueConfig config) throws NfQueueException {
    String operation = "bind queue " + config.number();
    long handle = openLibrary(operation);
    NfQueue opened = null;
    try {
      long queue = LibNetfilterQueue.nfq_create_queue(handle, config.number(), 0, 0);
      if (queue == 0) {
        throw NetlinkSubsystem.QUEUE.failure(operation, config.number(), Native.getLastError());
      }
      opened = new NfQueue(config, handle, queue, new ArrayList<>());
      return opened;
    } finally {
      if (opened == null) {
        LibNetfilterQueue.nfq_close(handle);
      }
    }
  }

  /**
   * Binds the queue anew after its socket failed. Packets that the old one held are gone, and so is
   * every {@link VerdictBatch verdict} that waits to be sent for one of them.
   *
   * <p><b>Threading:</b> by the thread that receives, when all that was received is answered.
   */
  @Override
  public void reopen() throws NfQueueException {
    if (handle != 0 && socket.portId() == portId) {
      close();
    } else { // the descriptor may be somebody else's by now
      socket.forget();
      handle = 0;
    }
    NfQueue next = open(config);
    handle = next.handle;
    queue = next.queue;
    portId = next.portId;
    generation = generation + 1;
    socket = next.socket;
  }

  private static long openLibrary(String operation) throws NfQueueException {
    NetlinkSubsystem.requireLoaded(operation, LibC.LOAD_FAILURE);
    NetlinkSubsystem.requireLoaded(operation, LibNetfilterQueue.LOAD_FAILURE);
    long handle = LibNetfilterQueue.nfq_open();
    if (handle == 0) {
      throw NetlinkSubsystem.systemFailure(operation, Native.getLastError());
    }
    return handle;
  }

  /**
   * Why this process cannot hold queues here, if it cannot: library, kernel or permission. Found by
   * trying, without touching any queue.
   */
  public static Optional<String> unavailabilityCause() {
    try {
      long handle = openLibrary("use NFQUEUE");
      int result = LibNetfilterQueue.nfq_bind_pf(handle, AF_INET);
      int errno = Native.getLastError();
      LibNetfilterQueue.nfq_close(handle);
      return result == 0
          ? Optional.empty()
          : Optional.of(NetlinkSubsystem.QUEUE.failure("use NFQUEUE", -1, errno).getMessage());
    } catch (NfQueueException e) {
      return Optional.of(e.getMessage());
    }
  }

  private void configure(List<String> warnings) throws NfQueueException {
    if (config.failOpen()) {
      setFlag(
          LibNetfilterQueue.NFQA_CFG_F_FAIL_OPEN,
          "fail-open (Linux 3.6): packets that meet a full queue are dropped, not accepted",
          warnings);
    }
    if (config.gso()) {
      setFlag(
          LibNetfilterQueue.NFQA_CFG_F_GSO,
          "aggregated packets (Linux 3.10): large packets are cut up before they are queued",
          warnings);
    }
    if (LibNetfilterQueue.nfq_set_queue_maxlen(queue, config.maxLength()) < 0) {
      String lost = "a queue length of " + config.maxLength() + ": it stays as the kernel has it";
      warnings.add(warning(lost, Native.getLastError()));
    }
    int bytes = socket.setReceiveBuffer(config.receiveBufferBytes());
    if (bytes < config.receiveBufferBytes()) {
      warnings.add(ReceiveBuffer.warning(bytes, config.receiveBufferBytes()));
    }
    int limited = socket.setReceiveTimeout(WAIT_LIMIT_MS);
    if (limited < 0) {
      throw NetlinkSubsystem.systemFailure("limit the wait for packets", -limited);
    }
    setCopyPacket();
    checkMode(warnings);
  }

  private void setFlag(int flag, String what, List<String> warnings) {
    if (LibNetfilterQueue.nfq_set_queue_flags(queue, flag, flag) < 0) {
      warnings.add(warning(what, Native.getLastError()));
    }
  }

  private static String warning(String what, int errno) {
    return "the kernel refuses (" + Errno.name(errno) + ") " + what;
  }

  /**
   * Starts copying. Not by {@code nfq_set_mode}: that waits for an acknowledgement on the socket
   * where packets begin to arrive at this moment, and would swallow the first of them, which nobody
   * would ever answer. So the request asks for none; the kernel acts on it within the send.
   */
  private void setCopyPacket() throws NfQueueException {
    int attribute = Netlink.NLMSG_HDRLEN + Netlink.NFGENMSG_LEN;
    int params = attribute + Netlink.NLA_HDRLEN;
    ByteBuffer message = ByteBuffer.allocateDirect(params + Netlink.align(PARAMS_LEN));
    int type = Netlink.type(Netlink.NFNL_SUBSYS_QUEUE, NFQNL_MSG_CONFIG);
    Netlink.putRequest(message, 0, message.capacity(), type, config.number());
    Netlink.putAttribute(message, attribute, NFQA_CFG_PARAMS, PARAMS_LEN);
    message.putInt(params, config.copyRange());
    message.put(params + 4, (byte) QueueStatistics.COPY_PACKET);
    int result = socket.send(message);
    if (result < 0) {
      throw NetlinkSubsystem.QUEUE.failure(
          "set the copy mode of queue " + config.number(), config.number(), -result);
    }
  }

  /** Reads back what was set without acknowledgement. */
  private void checkMode(List<String> warnings) throws NfQueueException {
    QueueStatistics now;
    try {
      now = statistics();
    } catch (IOException e) {
      warnings.add("cannot read back the queue's mode and its counters: " + e);
      return;
    }
    if (now.copyMode() != QueueStatistics.COPY_PACKET || now.copyRange() != config.copyRange()) {
      throw new NfQueueException(
          "set the copy mode of queue " + config.number(),
          0,
          "the kernel has mode " + now.copyMode() + " and range " + now.copyRange(),
          "wanted were mode " + QueueStatistics.COPY_PACKET + " and range " + config.copyRange());
    }
  }

  @Override
  public int number() {
    return config.number();
  }

  public QueueConfig config() {
    return config;
  }

  /** The netlink address by which the kernel knows the holder. */
  public long portId() {
    return portId;
  }

  /** What was asked for and not had, a sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public int descriptor() {
    return socket.descriptor();
  }

  /**
   * The kernel's counters of this queue; read them in the network namespace it was opened in.
   *
   * @throws IOException when they are not readable, or the queue is gone
   */
  public QueueStatistics statistics() throws IOException {
    return QueueStatistics.read(number())
        .filter(queue -> queue.portId() == portId)
        .orElseThrow(
            () ->
                new IOException(
                    NetlinkSubsystem.QUEUE.listing() + " has no queue " + number() + " of ours"));
  }

  @Override
  public boolean isBound() throws IOException {
    return descriptor() >= 0 && NetlinkSubsystem.QUEUE.isHeldBy(number(), portId);
  }

  @Override
  public boolean isBoundIn(KernelBindings seen) throws IOException {
    return descriptor() >= 0 && (seen.has(NetlinkSubsystem.QUEUE, number(), portId) || isBound());
  }

  /**
   * Receives what is there into {@code count} slots from {@code firstSlot} on, without waiting.
   *
   * @return how many datagrams; 0 when there is none now; {@code -ENOBUFS} when packets were
   *     dropped because the receive buffer was full (once for any number of them: {@link
   *     #statistics} knows how many), or another {@code -errno}
   */
  @Override
  public int receive(DatagramRing ring, int firstSlot, int count) {
    return socket.receive(ring, firstSlot, count);
  }

  /**
   * As {@link #receive}, but waits for the first datagram, {@value #WAIT_LIMIT_MS} ms at most: 0 if
   * none came. One system call where a {@link Poller} takes two, for whoever has nothing else to
   * wait for.
   */
  public int awaitAndReceive(DatagramRing ring, int firstSlot, int count) {
    return socket.awaitAndReceive(ring, firstSlot, count);
  }

  /**
   * Ends the wait in {@link #awaitAndReceive} that goes on, or else the next one, by a datagram
   * that is {@link MessageStatus#OTHER}. Any thread; after close no effect.
   */
  public void wakeUp() {
    socket.wakeUp();
  }

  /** For {@link VerdictBatch}: changes when the packets that we held are gone. */
  int generation() {
    return generation;
  }

  /** For {@link VerdictBatch}. */
  int send(long address, int length) {
    return socket.send(address, length);
  }

  /** Unbinds the queue: the kernel drops what it still holds. */
  @Override
  public void close() {
    long closing = handle;
    handle = 0;
    if (closing == 0) {
      return;
    }
    socket.forget();
    // Frees the library's memory; it may fail over a packet that comes instead of the answer, and
    // the close that follows unbinds in any case.
    LibNetfilterQueue.nfq_destroy_queue(queue);
    queue = 0;
    LibNetfilterQueue.nfq_close(closing);
  }
}
