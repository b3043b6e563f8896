// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.nio.ByteBuffer;

/**
 * The TCP connections that conntrack holds as established, in the network namespace of the thread
 * that asks.
 *
 * <p>The kernel is asked to leave out all that is not TCP; one older than 5.8 does not know how,
 * and what it sends is left out here.
 *
 * <p><b>Threading:</b> confined to one thread at a time. Reading waits for nothing and blocks
 * nobody else.
 *
 * <p><b>Ordering:</b> the table lives on while it is read: what comes or goes meanwhile may be told
 * or not, and an entry may be told twice.
 *
 * <p><b>Bounds:</b> {@value #BUFFER_BYTES} bytes, however many connections there are.
 *
 * <p><b>Errors:</b> {@link NfQueueException}; some connections may have been told before.
 *
 * @spec include/uapi/linux/netfilter/nfnetlink_conntrack.h: IPCTNL_MSG_CT_GET
 */
public final class EstablishedConnections {
  /** Takes one connection, its addresses as in {@link dev.namegate.packet.IpAddress}. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * One connection.
     *
     * @param clientHi who opened it, before any source NAT
     * @param dstHi who answers: the destination after any DNAT, which is what policy sees
     */
    void connection(long clientHi, long clientLo, long dstHi, long dstLo);
  }

  /** What carries a request to the kernel and its answers back; a socket of its own each time. */
  interface Dump extends AutoCloseable {
    /** Sends all of the direct buffer: the length, or {@code -errno}. */
    int send(ByteBuffer request);

    /** Receives one datagram into the direct buffer: its length, or {@code -errno}. */
    int receive(ByteBuffer buffer);

    @Override
    void close();
  }

  /** Opens a {@link Dump}. */
  @FunctionalInterface
  interface Opener {
    Dump open() throws NfQueueException;
  }

  /** The kernel cuts a dump into datagrams of at most half of this. */
  static final int BUFFER_BYTES = 64 * 1024;

  private static final String OPERATION = "read the connection table";
  private static final int IPCTNL_MSG_CT_NEW = 0;
  private static final int IPCTNL_MSG_CT_GET = 1;
  private static final int ENTRY = Netlink.type(Netlink.NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW);
  private static final byte AF_UNSPEC = 0;
  private static final byte IPPROTO_TCP = 6;

  private static final int CTA_FILTER = 25;
  private static final int CTA_FILTER_ORIG_FLAGS = 1;
  private static final int CTA_FILTER_REPLY_FLAGS = 2;
  private static final int CTA_FILTER_F_PROTO_NUM = 1 << 3;

  /** In place of an error number: there is more to come. */
  private static final int GOES_ON = -1;

  private final Opener opener;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final MessageCursor cursor = new MessageCursor();
  private final ConnectionEntry entry = new ConnectionEntry();

  public EstablishedConnections() {
    this(() -> new SocketDump(NetlinkSocket.open(OPERATION)));
  }

  EstablishedConnections(Opener opener) {
    this.opener = opener;
  }

  private record SocketDump(NetlinkSocket socket) implements Dump {
    @Override
    public int send(ByteBuffer request) {
      return socket.send(request);
    }

    @Override
    public int receive(ByteBuffer buffer) {
      return socket.receive(LibC.address(buffer), buffer.capacity());
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  /**
   * Tells every established TCP connection, of both families in one walk: the kernel goes through
   * the whole table whatever it is asked for. In no order that means anything.
   */
  public void forEachEstablishedTcp(Visitor visitor) throws NfQueueException {
    int errno = dump(request(true), visitor);
    if (errno == Errno.EINVAL || errno == Errno.EOPNOTSUPP) {
      errno = dump(request(false), visitor); // It does not take the filter.
    }
    if (errno != 0) {
      throw NetlinkSubsystem.CONNTRACK.failure(OPERATION, 0, errno);
    }
  }

  private static ByteBuffer request(boolean filtered) {
    int head = Netlink.NLMSG_HDRLEN + Netlink.NFGENMSG_LEN;
    int tuple = head;
    int filter = tuple + 3 * Netlink.NLA_HDRLEN + 4;
    int length = filtered ? filter + Netlink.NLA_HDRLEN + 16 : head;
    ByteBuffer message = ByteBuffer.allocateDirect(length);
    int type = Netlink.type(Netlink.NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET);
    Netlink.putRequest(message, 0, length, type, 0);
    Netlink.putHost16(message, Netlink.NLMSG_FLAGS, Netlink.NLM_F_REQUEST | Netlink.NLM_F_DUMP);
    message.put(Netlink.NLMSG_HDRLEN, AF_UNSPEC);
    if (filtered) {
      nest(message, tuple, ConnectionEntry.CTA_TUPLE_ORIG, 12);
      nest(message, tuple + 4, ConnectionEntry.CTA_TUPLE_PROTO, 8);
      Netlink.putAttribute(message, tuple + 8, ConnectionEntry.CTA_PROTO_NUM, 1);
      message.put(tuple + 12, IPPROTO_TCP);
      nest(message, filter, CTA_FILTER, 16);
      Netlink.putAttribute(message, filter + 4, CTA_FILTER_ORIG_FLAGS, 4);
      Netlink.putHost32(message, filter + 8, CTA_FILTER_F_PROTO_NUM);
      Netlink.putAttribute(message, filter + 12, CTA_FILTER_REPLY_FLAGS, 4);
      Netlink.putHost32(message, filter + 16, 0);
    }
    return message;
  }

  private static void nest(ByteBuffer message, int at, int type, int length) {
    Netlink.putAttribute(message, at, type | Netlink.NLA_F_NESTED, length);
  }

  /** Returns the positive error number that ended it, or 0. */
  private int dump(ByteBuffer request, Visitor visitor) throws NfQueueException {
    try (Dump dump = opener.open()) {
      int sent = dump.send(request);
      if (sent < 0) {
        return -sent;
      }
      while (true) {
        int received = dump.receive(buffer);
        // The kernel has each part ready before the one before it is read: none is waited for.
        if (received < 0 && received != -Errno.EINTR) {
          return -received;
        }
        if (received > BUFFER_BYTES) {
          return Errno.EMSGSIZE;
        }
        int end = received > 0 ? read(received, visitor) : GOES_ON;
        if (end != GOES_ON) {
          return end;
        }
      }
    }
  }

  /** Returns how the dump ended, 0 or a positive error number, or {@link #GOES_ON}. */
  private int read(int received, Visitor visitor) {
    cursor.wrap(buffer, 0, received);
    while (cursor.next()) {
      if (cursor.type() == Netlink.NLMSG_DONE || cursor.type() == Netlink.NLMSG_ERROR) {
        // Both carry an error number; the end of a dump that went well carries 0.
        return cursor.end() - cursor.body() >= 4
            ? Math.abs(Netlink.host32(buffer, cursor.body()))
            : 0;
      }
      if (cursor.type() == ENTRY
          && !cursor.isCut()
          && cursor.attributes() <= cursor.end()
          && entry.read(buffer, cursor.attributes(), cursor.end())) {
        visitor.connection(
            entry.clientHi(), entry.clientLo(), entry.destinationHi(), entry.destinationLo());
      }
    }
    return GOES_ON;
  }
}
