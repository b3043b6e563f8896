// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;

/**
 * Entries for the kernel's accept sets, collected and sent in as few messages as possible.
 *
 * <pre>
 *   int set = batch.register("ng-wl4", false, true);      once
 *   int position = batch.add(set, …, 30);                 position or REFUSED or BATCH_FULL
 *   for (int i = 0, n = batch.flush(); i &lt; n; i++)
 *     … batch.failedPosition(i), batch.failure(i) …        until the next add or delete
 * </pre>
 *
 * <p><b>Threading:</b> confined to one thread. It works in the network namespace of the thread that
 * opened it.
 *
 * <p><b>Ordering:</b> the kernel acts before {@link #flush} returns: from then on a packet is
 * matched by what was added and not by what was deleted. Entries take effect in the order in which
 * they were given. To add one that exists replaces its timeout, be it longer or shorter.
 *
 * <p><b>Bounds:</b> {@code capacity} entries, {@value #MAX_SETS} sets; nothing is allocated after
 * {@link #register}.
 *
 * <p><b>Errors:</b> an entry that the kernel refuses keeps no other from being taken: after the
 * first refusal all that follow are sent again one by one (sending twice changes nothing). After
 * {@link #flush} the batch is empty and the entries that are not as they should be are listed. An
 * entry whose deletion failed may stand still, and the caller must renew the sets.
 */
@HotPath
public final class AcceptSetBatch implements AutoCloseable {
  public static final int MAX_CAPACITY = 4096;
  public static final int MAX_SETS = AcceptSetMessages.MAX_SETS;

  /** What {@link #add} says to an entry that must not be sent. */
  public static final int REFUSED = -1;

  /** What {@link #add} says when {@link #flush} is due. */
  public static final int BATCH_FULL = -2;

  /** {@code IPSET_MAX_TIMEOUT}, some 24 days: what is longer becomes this. */
  static final int MAX_TIMEOUT_SECONDS = 2_147_483;

  private static final int IPPROTO_TCP = 6;
  private static final int IPPROTO_UDP = 17;
  private static final int IPPROTO_SCTP = 132;

  private static final long IPV4_UNSPECIFIED = IpAddress.ipv4Lo(0);

  private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

  private final AcceptSetEntries entries;
  private final AcceptSetSender sender;
  private final AcceptSetMessages messages;
  private int failedCount;
  private long taken;
  private long failedAdds;
  private long failedDeletes;

  AcceptSetBatch(AcceptSetSender.Kernel kernel, int capacity) {
    QueueConfig.check("capacity", capacity, 1, MAX_CAPACITY);
    this.entries = new AcceptSetEntries(capacity);
    this.sender = new AcceptSetSender(kernel, entries);
    this.messages = sender.messages();
  }

  /** Opens a netlink socket for batches of at most this many entries. */
  public static AcceptSetBatch open(int capacity) throws NfQueueException {
    QueueConfig.check("capacity", capacity, 1, MAX_CAPACITY);
    NetlinkSocket socket = NetlinkSocket.open("open a socket for the accept sets");
    socket.setReceiveBuffer(RECEIVE_BUFFER_BYTES);
    return new AcceptSetBatch(new SocketKernel(socket), capacity);
  }

  private record SocketKernel(NetlinkSocket socket) implements AcceptSetSender.Kernel {
    @Override
    public int send(long address, int length) {
      return socket.send(address, length);
    }

    @Override
    public int receive(long address, int length) {
      return socket.receive(address, length);
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  /**
   * The handle of a set, the same for the same name; it need not exist yet, and stays good when the
   * set is swapped for another or made anew.
   *
   * @param ipv6 the family of its addresses
   * @param withSource whether it is a {@code hash:ip,port,ip}, else a {@code hash:ip,port}
   * @return {@link #REFUSED} when {@value #MAX_SETS} other names were registered before, as every
   *     entry for that handle will be: its flows go without the fast path
   */
  public int register(String set, boolean ipv6, boolean withSource) {
    return messages.register(set, ipv6, withSource);
  }

  /**
   * Takes an entry to be added. IPv4 addresses are in their mapped form, as in {@link IpAddress}.
   *
   * @param set a handle from {@link #register}
   * @param protocol 6, 17 or 132, TCP, UDP and SCTP
   * @param srcHi ignored, as is {@code srcLo}, for a set without source
   * @param timeoutSeconds from 1 on: the kernel takes 0 for ever
   * @return its position in the batch, {@link #REFUSED} if the kernel's set cannot or must not hold
   *     such an entry, or {@link #BATCH_FULL}
   */
  public int add(
      int set,
      long dstHi,
      long dstLo,
      int protocol,
      int port,
      long srcHi,
      long srcLo,
      int timeoutSeconds) {
    if (timeoutSeconds < 1) {
      return REFUSED;
    }
    int timeout = Math.min(timeoutSeconds, MAX_TIMEOUT_SECONDS);
    return append(set, dstHi, dstLo, protocol, port, srcHi, srcLo, timeout);
  }

  /** Takes an entry to be deleted; as {@link #add}. One that is not there is no failure. */
  public int delete(
      int set, long dstHi, long dstLo, int protocol, int port, long srcHi, long srcLo) {
    return append(set, dstHi, dstLo, protocol, port, srcHi, srcLo, AcceptSetEntries.DELETE);
  }

  private int append(
      int set,
      long dstHi,
      long dstLo,
      int protocol,
      int port,
      long srcHi,
      long srcLo,
      int timeout) {
    if (set == REFUSED) {
      return REFUSED;
    }
    if (set < 0 || set >= messages.sets()) {
      throw new IllegalArgumentException("set " + set + " is not registered");
    }
    boolean isWanted =
        (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP)
            && port >= 0
            && port <= 65_535
            && isUsable(set, dstHi, dstLo)
            && (!messages.hasSource(set) || isUsable(set, srcHi, srcLo));
    if (!isWanted) {
      return REFUSED;
    }
    failedCount = 0;
    return entries.count() == entries.capacity()
        ? BATCH_FULL
        : entries.append(set, dstHi, dstLo, protocol, port, srcHi, srcLo, timeout);
  }

  /** Of the set's family, and not the unspecified address, which is nobody's. */
  private boolean isUsable(int set, long hi, long lo) {
    return IpAddress.isIpv4(hi, lo) != messages.isIpv6(set)
        && (hi != 0 || (lo != 0 && lo != IPV4_UNSPECIFIED));
  }

  /** How many entries wait for {@link #flush}. */
  public int pending() {
    return entries.count();
  }

  /**
   * Sends all that waits, in one {@code send(2)} unless it is very much, and looks for errors
   * without waiting.
   *
   * @return how many entries failed; 0 when all are as they should be
   */
  public int flush() {
    failedCount = sender.send();
    for (int i = 0; i < failedCount; i++) {
      if (entries.isDelete(sender.failedPosition(i))) {
        failedDeletes++;
      } else {
        failedAdds++;
      }
    }
    taken += entries.count() - failedCount;
    entries.clear();
    return failedCount;
  }

  /** The position of the i-th entry that the last {@link #flush} could not bring in. */
  public int failedPosition(int i) {
    return sender.failedPosition(check(i));
  }

  /** Why: one of {@link AcceptSetFailure}. */
  public int failure(int i) {
    return sender.failure(check(i));
  }

  private int check(int i) {
    if (i < 0 || i >= failedCount) {
      throw new IndexOutOfBoundsException("failure " + i + " of " + failedCount);
    }
    return i;
  }

  /** How many entries the kernel added or deleted, ever. */
  public long taken() {
    return taken;
  }

  /** How many entries could not be added, ever. */
  public long failedAdds() {
    return failedAdds;
  }

  /** How many entries could not be deleted, ever. */
  public long failedDeletes() {
    return failedDeletes;
  }

  @Override
  public void close() {
    sender.close();
  }
}
