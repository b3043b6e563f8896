// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.Errno;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.nfq.NflogGroup;
import dev.namegate.nfq.Pollable;
import dev.namegate.packet.HotPath;

/**
 * One socket that a {@link QueueReceiver} takes packets from, and its recovery: a socket that fails
 * is bound anew, at once and then again each {@value #RETRY_NS} ns until it is.
 *
 * <p><b>Threading:</b> whoever receives, one at a time.
 */
@HotPath
final class PacketSource<E extends PacketEvent> {
  private static final System.Logger LOG = System.getLogger(PacketSource.class.getName());
  private static final long RETRY_NS = 1_000_000_000;

  private final String name;
  private final Counter overruns;
  private final Pollable socket;
  private final Reader reader;
  private final Beginning<E> beginning;
  private final Reopening reopening;
  private boolean broken;
  private long retryNs;

  private interface Reader {
    int receive(DatagramRing ring, int firstSlot, int count);
  }

  private interface Beginning<E> {
    void begin(E event, long nowNs);
  }

  private interface Reopening {
    void reopen() throws NfQueueException;
  }

  private PacketSource(
      String name,
      Counter overruns,
      Pollable socket,
      Reader reader,
      Beginning<E> beginning,
      Reopening reopening) {
    this.name = name;
    this.overruns = overruns;
    this.socket = socket;
    this.reader = reader;
    this.beginning = beginning;
    this.reopening = reopening;
  }

  /** Packets that wait for a verdict. */
  static <E extends PacketEvent> PacketSource<E> of(NfQueue queue) {
    return new PacketSource<>(
        "queue " + queue.number(),
        Counter.QUEUE_OVERRUNS,
        queue,
        queue::receive,
        PacketEvent::received,
        queue::reopen);
  }

  /** Copies of replies that go on by themselves. */
  static PacketSource<ReplyEvent> ofCopies(NflogGroup group) {
    return new PacketSource<>(
        "NFLOG group " + group.number(),
        Counter.DNS_REPLY_COPIES_LOST,
        group,
        group::receive,
        ReplyEvent::copied,
        group::reopen);
  }

  Pollable socket() {
    return socket;
  }

  /** As {@link NfQueue#receive}. */
  int receive(DatagramRing ring, int firstSlot, int count) {
    return reader.receive(ring, firstSlot, count);
  }

  /** Begins the life of an event whose slot was received into. */
  void begin(E event, long nowNs) {
    beginning.begin(event, nowNs);
  }

  /** Counts the times that the kernel had no room for what it had for us. */
  Counter overruns() {
    return overruns;
  }

  /** Whether the socket has failed, and is not bound anew yet. */
  boolean isBroken() {
    return broken;
  }

  /** Whether this result of {@link #receive} says that the socket itself is of no use any more. */
  static boolean isFatal(int result) {
    return result < 0
        && result != -Errno.ENOBUFS
        && result != -Errno.ENOMEM
        && result != -Errno.EINTR
        && result != -Errno.EAGAIN;
  }

  void broke(int errno, long nowNs) {
    broken = true;
    retryNs = nowNs;
    LOG.log(
        System.Logger.Level.ERROR,
        name + " has failed (" + Errno.name(errno) + "), binding it anew: packets were lost");
  }

  /** Binds it anew if it is time to try; whether that succeeded. */
  boolean repair(long nowNs) {
    if (nowNs - retryNs < 0) {
      return false;
    }
    try {
      reopening.reopen();
    } catch (NfQueueException e) {
      retryNs = nowNs + RETRY_NS;
      LOG.log(
          System.Logger.Level.ERROR,
          name + " is not bound, trying again in 1 s: " + e.getMessage());
      return false;
    }
    broken = false;
    LOG.log(System.Logger.Level.WARNING, name + " is bound again");
    return true;
  }
}
