// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Tells when interfaces or their addresses come, go or change, in the network namespace it was
 * opened in. It tells that something changed, not what: the reader looks anew.
 *
 * <p><b>Threading:</b> one thread waits; {@link #wakeUp} from any thread. Close it after the
 * waiting thread has left.
 *
 * <p><b>Ordering:</b> a change after {@link #open} is told even when nobody waited at the time:
 * open first, look second, then wait.
 *
 * @spec include/uapi/linux/rtnetlink.h: RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR
 */
public final class LinkMonitor implements Pollable, AutoCloseable {
  private static final int RTMGRP_LINK = 1;
  private static final int RTMGRP_IPV4_IFADDR = 0x10;
  private static final int RTMGRP_IPV6_IFADDR = 0x100;
  private static final int GROUPS = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;

  private static final int SOCKADDR_NL_BYTES = 12;
  private static final int SOCKADDR_NL_GROUPS = 8;

  /** The content does not matter: a longer message is cut. */
  private static final int SCRATCH_BYTES = 64;

  /** A storm of changes must not keep the reader from looking; what is left is told next time. */
  private static final int MAX_DRAIN = 4096;

  private final ByteBuffer scratch = LibC.allocate(SCRATCH_BYTES);
  private final Poller poller;

  /** Written by the one who closes. */
  private volatile int fd;

  private LinkMonitor(int fd) throws NfQueueException {
    this.fd = fd;
    ByteBuffer address =
        LibC.allocate(SOCKADDR_NL_BYTES)
            .putShort(0, (short) LibC.AF_NETLINK)
            .putInt(SOCKADDR_NL_GROUPS, GROUPS);
    try {
      if (LibC.bind(fd, LibC.address(address), SOCKADDR_NL_BYTES) != 0) {
        throw NetlinkSubsystem.systemFailure("watch the network interfaces", LibC.errno());
      }
    } finally {
      Reference.reachabilityFence(address);
    }
    this.poller = Poller.open(this);
  }

  /** Starts to watch. */
  public static LinkMonitor open() throws NfQueueException {
    NetlinkSubsystem.requireLoaded("watch the network interfaces", LibC.LOAD_FAILURE);
    int type = LibC.SOCK_RAW | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC;
    int fd = LibC.socket(LibC.AF_NETLINK, type, Netlink.NETLINK_ROUTE);
    if (fd < 0) {
      throw NetlinkSubsystem.systemFailure("watch the network interfaces", LibC.errno());
    }
    LinkMonitor opened = null;
    try {
      opened = new LinkMonitor(fd);
      return opened;
    } finally {
      if (opened == null) {
        LibC.close(fd);
      }
    }
  }

  /**
   * Waits for a change.
   *
   * @param timeoutMs 0 looks only, a negative value waits without limit
   * @return whether something changed since the last time that it said so
   */
  public boolean await(int timeoutMs) {
    return poller.await(timeoutMs) && poller.isReady(0) && drain();
  }

  /** Takes all that is there. Messages that were lost (ENOBUFS) are a change like any other. */
  private boolean drain() {
    boolean changed = false;
    for (int i = 0; i < MAX_DRAIN; i++) {
      long received = LibC.recv(fd, LibC.address(scratch), SCRATCH_BYTES, LibC.MSG_DONTWAIT);
      if (received < 0 && LibC.errno() != Errno.ENOBUFS) {
        break;
      }
      changed = true;
    }
    return changed;
  }

  @Override
  public int descriptor() {
    return fd;
  }

  /** Ends the wait that is going on, or else the next one. */
  public void wakeUp() {
    poller.wakeUp();
  }

  @Override
  public void close() {
    int closing = fd;
    fd = -1;
    if (closing >= 0) {
      poller.close();
      LibC.close(closing);
    }
  }
}
