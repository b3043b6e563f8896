// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.HotPath;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The data path of a netlink descriptor, be it one that somebody else opened and closes, or its
 * own.
 *
 * <p><b>Threading:</b> one thread receives; any thread sends.
 */
@HotPath
final class NetlinkSocket {
  /** {@code struct sockaddr_nl}: family, padding, port id, groups. */
  private static final int SOCKADDR_NL_BYTES = 12;

  private static final int SOCKADDR_NL_PORT_ID = 4;

  /** Written by the one who closes: calls that come later get EBADF, not a reused descriptor. */
  private volatile int fd;

  NetlinkSocket(int fd) {
    this.fd = fd;
  }

  /** Opens one for Netfilter, to be closed with {@link #close}; the kernel numbers it. */
  static NetlinkSocket open(String operation) throws NfQueueException {
    NetlinkSubsystem.requireLoaded(operation, LibC.LOAD_FAILURE);
    int type = LibC.SOCK_RAW | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC;
    int fd = LibC.socket(LibC.AF_NETLINK, type, Netlink.NETLINK_NETFILTER);
    if (fd < 0) {
      throw NetlinkSubsystem.systemFailure(operation, LibC.errno());
    }
    return new NetlinkSocket(fd);
  }

  /** Closes a socket of {@link #open}. */
  void close() {
    int closing = fd;
    forget();
    if (closing >= 0) {
      LibC.close(closing);
    }
  }

  int descriptor() {
    return fd;
  }

  void forget() {
    fd = -1;
  }

  /** Receives without waiting: how many datagrams, 0 for nothing now, or {@code -errno}. */
  int receive(DatagramRing ring, int firstSlot, int count) {
    return receive(ring, firstSlot, count, LibC.MSG_DONTWAIT);
  }

  /**
   * Waits for a datagram, on a descriptor that blocks, and receives it and what came with it: how
   * many, 0 if none came within the {@link #setReceiveTimeout limit}, or {@code -errno}.
   */
  int awaitAndReceive(DatagramRing ring, int firstSlot, int count) {
    return receive(ring, firstSlot, count, LibC.MSG_WAITFORONE);
  }

  private int receive(DatagramRing ring, int firstSlot, int count, int waiting) {
    Objects.checkFromIndexSize(firstSlot, count, ring.slots());
    // With MSG_TRUNC the lengths are those of the datagrams, not of what fitted.
    int flags = waiting | LibC.MSG_TRUNC;
    try {
      int received = LibC.recvmmsg(fd, ring.header(firstSlot), count, flags, 0);
      if (received >= 0) {
        return received;
      }
      int errno = LibC.errno();
      return errno == Errno.EAGAIN || errno == Errno.EINTR ? 0 : -errno;
    } finally {
      Reference.reachabilityFence(ring);
    }
  }

  /**
   * Receives one datagram without waiting, cut to the length.
   *
   * @return how long it was before, or {@code -errno}
   */
  int receive(long address, int length) {
    long received = LibC.recv(fd, address, length, LibC.MSG_DONTWAIT | LibC.MSG_TRUNC);
    return received < 0 ? -LibC.errno() : (int) received;
  }

  /** Sends to the kernel, which acts before the call returns: the length, or {@code -errno}. */
  int send(long address, int length) {
    long sent = LibC.send(fd, address, length, LibC.MSG_DONTWAIT);
    return sent < 0 ? -LibC.errno() : (int) sent;
  }

  /** Sends a control message; all of the direct buffer. */
  int send(ByteBuffer message) {
    try {
      return send(LibC.address(message), message.capacity());
    } finally {
      Reference.reachabilityFence(message);
    }
  }

  /**
   * Makes a wait in {@link #awaitAndReceive} end, or the next one: the kernel answers a message
   * that means nothing. Any thread.
   *
   * @spec netlink_rcv_skb() acknowledges NLMSG_NOOP if asked to
   */
  void wakeUp() {
    ByteBuffer message = LibC.allocate(Netlink.NLMSG_HDRLEN);
    message.putInt(Netlink.NLMSG_LENGTH, Netlink.NLMSG_HDRLEN);
    message.putShort(Netlink.NLMSG_TYPE, (short) Netlink.NLMSG_NOOP);
    message.putShort(Netlink.NLMSG_FLAGS, (short) (Netlink.NLM_F_REQUEST | Netlink.NLM_F_ACK));
    int unused = send(message); // should memory be short: the wait has a limit
  }

  /** Limits how long {@link #awaitAndReceive} waits; returns 0 or {@code -errno}. */
  int setReceiveTimeout(int milliseconds) {
    ByteBuffer timeval =
        LibC.allocate(2 * Long.BYTES)
            .putLong(0, milliseconds / 1_000)
            .putLong(Long.BYTES, milliseconds % 1_000 * 1_000L);
    try {
      long address = LibC.address(timeval);
      int length = timeval.capacity();
      int set = LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, address, length);
      return set == 0 ? 0 : -LibC.errno();
    } finally {
      Reference.reachabilityFence(timeval);
    }
  }

  /**
   * Asks for a receive buffer, beyond the system's limit if permitted.
   *
   * @return how many bytes the socket now takes, or {@code -errno}. The kernel counts its own
   *     overhead, so it is asked for what it doubles
   */
  int setReceiveBuffer(int bytes) {
    ByteBuffer value = LibC.allocate(8).putInt(0, bytes).putInt(4, 4);
    long address = LibC.address(value);
    try {
      if (LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVBUFFORCE, address, 4) != 0) {
        LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVBUF, address, 4);
      }
      int got = LibC.getsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVBUF, address, address + 4);
      return got == 0 ? value.getInt(0) / 2 : -LibC.errno();
    } finally {
      Reference.reachabilityFence(value);
    }
  }

  /** The socket's netlink address, by which the kernel knows the holder of a queue; or -1. */
  long portId() {
    ByteBuffer memory = LibC.allocate(SOCKADDR_NL_BYTES + 4);
    long address = LibC.address(memory.putInt(SOCKADDR_NL_BYTES, SOCKADDR_NL_BYTES));
    try {
      int got = LibC.getsockname(fd, address, address + SOCKADDR_NL_BYTES);
      return got == 0 ? memory.getInt(SOCKADDR_NL_PORT_ID) & 0xffffffffL : -1;
    } finally {
      Reference.reachabilityFence(memory);
    }
  }
}
