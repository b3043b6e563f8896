// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import com.sun.jna.Native;
import dev.namegate.packet.HotPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One NFLOG group, bound to a socket of its own: rules send copies of packets to it, each at once
 * and in a datagram of its own; the packets themselves go on without waiting.
 *
 * <p><b>Threading:</b> one thread receives and never blocks: wait with a {@link Poller}. Close it
 * after that thread has left.
 *
 * <p><b>Errors:</b> opening fails with {@link NfQueueException}; see {@link #warnings}. Should the
 * kernel refuse the mode, its word is the first message received, a {@link MessageStatus#ERROR}.
 *
 * @spec include/uapi/linux/netfilter/nfnetlink_log.h enum nfulnl_attr_config
 */
@HotPath
public final class NflogGroup implements PacketSocket, AutoCloseable {
  private static final int NFULNL_MSG_CONFIG = 1;
  private static final int NFULA_CFG_MODE = 2;
  private static final int NFULA_CFG_QTHRESH = 5;
  private static final int NFULNL_COPY_PACKET = 2;

  /** {@code struct nfulnl_msg_config_mode}: copy range, mode, padding. */
  private static final int MODE_LEN = 6;

  private final int number;
  private final int copyRange;
  private final int receiveBufferBytes;
  private final List<String> warnings;
  private volatile NetlinkSocket socket;
  private volatile long portId;
  private long handle;
  private long group;

  private NflogGroup(int number, int copyRange, int receiveBufferBytes, long handle, long group)
      throws NfQueueException {
    this.number = number;
    this.copyRange = copyRange;
    this.receiveBufferBytes = receiveBufferBytes;
    this.handle = handle;
    this.group = group;
    this.socket = new NetlinkSocket(LibNetfilterLog.nflog_fd(handle));
    this.portId = socket.portId();
    int bytes = socket.setReceiveBuffer(receiveBufferBytes);
    this.warnings =
        bytes < receiveBufferBytes
            ? List.of(ReceiveBuffer.warning(bytes, receiveBufferBytes))
            : List.of();
    configure(copyRange);
  }

  /**
   * Binds the group.
   *
   * @param number as in {@code --nflog-group}
   * @param copyRange how many octets of each packet are copied; a rule's {@code --nflog-size} may
   *     lower it
   */
  public static NflogGroup open(int number, int copyRange, int receiveBufferBytes)
      throws NfQueueException {
    QueueConfig.check("number", number, 0, QueueConfig.MAX_NUMBER);
    QueueConfig.check("copyRange", copyRange, 1, QueueConfig.MAX_COPY_RANGE);
    QueueConfig.check("receiveBufferBytes", receiveBufferBytes, 4096, Integer.MAX_VALUE / 2);
    String operation = "bind NFLOG group " + number;
    NetlinkSubsystem.requireLoaded(operation, LibC.LOAD_FAILURE);
    NetlinkSubsystem.requireLoaded(operation, LibNetfilterLog.LOAD_FAILURE);
    long handle = LibNetfilterLog.nflog_open();
    if (handle == 0) {
      throw NetlinkSubsystem.systemFailure(operation, Native.getLastError());
    }
    NflogGroup opened = null;
    try {
      long group = LibNetfilterLog.nflog_bind_group(handle, number);
      if (group == 0) {
        throw NetlinkSubsystem.LOG.failure(operation, number, Native.getLastError());
      }
      opened = new NflogGroup(number, copyRange, receiveBufferBytes, handle, group);
      return opened;
    } finally {
      if (opened == null) {
        LibNetfilterLog.nflog_close(handle);
      }
    }
  }

  /**
   * Binds the group anew after its socket failed.
   *
   * <p><b>Threading:</b> by the thread that receives.
   */
  @Override
  public void reopen() throws NfQueueException {
    if (handle != 0 && socket.portId() == portId) {
      close();
    } else { // the descriptor may be somebody else's by now
      socket.forget();
      handle = 0;
    }
    NflogGroup next = open(number, copyRange, receiveBufferBytes);
    handle = next.handle;
    group = next.group;
    portId = next.portId;
    socket = next.socket;
  }

  /**
   * Asks for each packet at once (the kernel's default gathers 100 packets or a second's worth), in
   * one request without acknowledgement: the group is live since it was bound, and the library's
   * setters, which wait for theirs, would stumble over a copy that comes in between.
   */
  private void configure(int copyRange) throws NfQueueException {
    int mode = Netlink.NLMSG_HDRLEN + Netlink.NFGENMSG_LEN;
    int threshold = mode + Netlink.NLA_HDRLEN + Netlink.align(MODE_LEN);
    ByteBuffer message = ByteBuffer.allocateDirect(threshold + Netlink.NLA_HDRLEN + 4);
    int type = Netlink.type(Netlink.NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG);
    Netlink.putRequest(message, 0, message.capacity(), type, number);
    Netlink.putAttribute(message, mode, NFULA_CFG_MODE, MODE_LEN);
    message.putInt(mode + Netlink.NLA_HDRLEN, copyRange);
    message.put(mode + Netlink.NLA_HDRLEN + 4, (byte) NFULNL_COPY_PACKET);
    Netlink.putAttribute(message, threshold, NFULA_CFG_QTHRESH, 4);
    message.putInt(threshold + Netlink.NLA_HDRLEN, 1);
    int result = socket.send(message);
    if (result < 0) {
      throw NetlinkSubsystem.LOG.failure("configure NFLOG group " + number, number, -result);
    }
  }

  @Override
  public int number() {
    return number;
  }

  /** What was asked for and not had, a sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public int descriptor() {
    return socket.descriptor();
  }

  @Override
  public boolean isBound() throws IOException {
    return descriptor() >= 0 && NetlinkSubsystem.LOG.isHeldBy(number, portId);
  }

  @Override
  public boolean isBoundIn(KernelBindings seen) throws IOException {
    return descriptor() >= 0 && (seen.has(NetlinkSubsystem.LOG, number, portId) || isBound());
  }

  /**
   * Receives what is there into {@code count} slots from {@code firstSlot} on, without waiting.
   *
   * @return how many datagrams; 0 when there is none now; {@code -ENOBUFS} when copies were lost
   *     because the receive buffer was full, or another {@code -errno}
   */
  @Override
  public int receive(DatagramRing ring, int firstSlot, int count) {
    return socket.receive(ring, firstSlot, count);
  }

  @Override
  public void close() {
    long closing = handle;
    handle = 0;
    if (closing == 0) {
      return;
    }
    socket.forget();
    LibNetfilterLog.nflog_unbind_group(group); // Frees the library's memory; see NfQueue.close.
    group = 0;
    LibNetfilterLog.nflog_close(closing);
  }
}
