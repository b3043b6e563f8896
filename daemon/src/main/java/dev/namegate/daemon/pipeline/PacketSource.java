// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.Errno;
import dev.namegate.nfq.KernelBindings;
import dev.namegate.nfq.LoggedPacket;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.nfq.NflogGroup;
import dev.namegate.nfq.PacketSocket;
import dev.namegate.nfq.Pollable;
import dev.namegate.packet.HotPath;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One socket that packets are taken from, and its recovery: a socket that fails is bound anew, at
 * once and then again after one second, two, and four each time.
 *
 * <p>A socket fails when a read of it says so, or when the kernel does not list its number as ours
 * any more (<i>lost</i>), which no read tells.
 *
 * <p><b>Threading:</b> whoever receives, one at a time; {@link #look} and {@link #trouble} by
 * others.
 *
 * @param <E> what a packet of it becomes
 */
@HotPath
final class PacketSource<E> {
  private static final System.Logger LOG = System.getLogger(PacketSource.class.getName());
  private static final long FIRST_PAUSE_NS = 1_000_000_000;
  private static final long MAX_PAUSE_NS = 4_000_000_000L;

  /** What {@link #receive} gives when {@link #look} has found that the binding is not ours. */
  private static final int LOST = Integer.MIN_VALUE;

  private final String name;
  private final Counter overruns;
  private final PacketSocket socket;
  private final Beginning<E> beginning;
  private long retryNs;
  private long pauseNs;

  /** Why it takes no packets now, or null. */
  private volatile @Nullable String trouble;

  /** How often it was bound anew. */
  private volatile int binding;

  /** The binding that was seen to be lost, or -1. */
  private volatile int lostBinding = -1;

  private interface Beginning<E> {
    void begin(E event, long nowNs);
  }

  private PacketSource(String name, Counter overruns, PacketSocket socket, Beginning<E> beginning) {
    this.name = name;
    this.overruns = overruns;
    this.socket = socket;
    this.beginning = beginning;
  }

  /** Packets that wait for a verdict. */
  static <E extends PacketEvent> PacketSource<E> of(NfQueue queue) {
    return new PacketSource<>(
        "queue " + queue.number(), Counter.QUEUE_OVERRUNS, queue, PacketEvent::received);
  }

  /** Copies of replies that go on by themselves. */
  static PacketSource<ReplyEvent> ofReplyCopies(NflogGroup group) {
    return ofCopies(group, Counter.DNS_REPLY_COPIES_LOST, ReplyEvent::copied);
  }

  /** Copies of queries. */
  static PacketSource<LoggedPacket> ofQueryCopies(NflogGroup group) {
    return ofCopies(group, Counter.DNS_QUERY_COPIES_LOST, (packet, nowNs) -> {});
  }

  private static <E> PacketSource<E> ofCopies(
      NflogGroup group, Counter overruns, Beginning<E> beginning) {
    return new PacketSource<>("NFLOG group " + group.number(), overruns, group, beginning);
  }

  Pollable socket() {
    return socket;
  }

  /** As {@link NfQueue#awaitAndReceive}, or {@link #LOST}; of a queue only. */
  int awaitAndReceive(DatagramRing ring, int firstSlot, int count) {
    return lostBinding == binding ? LOST : queue().awaitAndReceive(ring, firstSlot, count);
  }

  /** Ends a wait of {@link #awaitAndReceive}. Any thread. */
  void wakeUp() {
    queue().wakeUp();
  }

  private NfQueue queue() {
    return (NfQueue) socket;
  }

  /** As {@link NfQueue#receive}, or {@link #LOST}. */
  int receive(DatagramRing ring, int firstSlot, int count) {
    return lostBinding == binding ? LOST : socket.receive(ring, firstSlot, count);
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
    return trouble != null;
  }

  /** Whether this result of {@link #receive} says that the socket itself is of no use any more. */
  static boolean isFatal(int result) {
    return result < 0
        && result != -Errno.ENOBUFS
        && result != -Errno.ENOMEM
        && result != -Errno.EINTR
        && result != -Errno.EAGAIN;
  }

  /**
   * Takes note of a fatal result of {@link #receive}; from now on it is to be {@link #repair
   * repaired}.
   */
  void broke(int result, long nowNs) {
    String cause =
        result == LOST ? "the kernel does not list it as ours any more" : Errno.name(-result);
    trouble = name + " has failed: " + cause;
    retryNs = nowNs;
    pauseNs = FIRST_PAUSE_NS;
    LOG.log(
        System.Logger.Level.ERROR,
        name + " has failed (" + cause + "), binding it anew: packets were lost");
  }

  /** Binds it anew if it is time to try; whether that succeeded. */
  boolean repair(long nowNs) {
    if (nowNs - retryNs < 0) {
      return false;
    }
    try {
      socket.reopen();
    } catch (NfQueueException e) {
      retryNs = nowNs + pauseNs;
      pauseNs = Math.min(MAX_PAUSE_NS, 2 * pauseNs);
      trouble = name + " is not bound: " + e.getMessage();
      LOG.log(
          System.Logger.Level.ERROR,
          name
              + " is not bound, trying again in "
              + (retryNs - nowNs) / 1_000_000
              + " ms: "
              + e.getMessage());
      return false;
    }
    binding = next(binding);
    trouble = null;
    LOG.log(System.Logger.Level.WARNING, name + " is bound again");
    return true;
  }

  private static int next(int binding) {
    return (binding + 1) & Integer.MAX_VALUE;
  }

  /**
   * Asks the kernel whether the number is still ours; what it says of a socket that is bound anew
   * meanwhile does not count. Another thread than the one that receives.
   *
   * @param seen the lists of this look, for all sources
   * @return whether it is lost
   */
  boolean look(KernelBindings seen) throws IOException {
    int before = binding;
    if (trouble != null || socket.isBoundIn(seen) || trouble != null || before != binding) {
      return false;
    }
    lostBinding = before;
    return true;
  }

  /** Why no packets are taken now, in words, or null. Any thread. */
  @Nullable String trouble() {
    return trouble;
  }
}
