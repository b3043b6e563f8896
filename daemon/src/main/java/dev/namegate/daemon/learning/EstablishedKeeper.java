// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import dev.namegate.nfq.EstablishedConnections;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.packet.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps addresses usable while a TCP connection to them is established: a client that reconnects to
 * the address it holds is not cut off because a name's TTL is over.
 *
 * <p>Now and then it looks which addresses end soon, and only if there are any at conntrack's
 * table. The kernel walks the whole table for that, tens of milliseconds where it is large, and
 * connects wait meanwhile. So the longer the last walk took, the later is the next: twice a second
 * at most, every {@value #MAX_WAIT_MS} ms at least, and otherwise so that walking takes one part in
 * {@value #SHARE} of the time. The wait at most doubles from one look to the next, so it is known
 * which addresses end before the next look; those are looked at, and kept until well after it.
 *
 * <p><b>Threading:</b> looks on a thread of its own, {@code ng-keeper}; what is kept is told to the
 * consumer there.
 *
 * <p><b>Bounds:</b> {@value #MAX_ENDING} addresses a look.
 *
 * <p><b>Errors:</b> a table that cannot be read is reported once; then addresses end when DNS said.
 */
public final class EstablishedKeeper {
  private static final System.Logger LOG = System.getLogger(EstablishedKeeper.class.getName());

  static final long MIN_WAIT_MS = 500;
  static final long MAX_WAIT_MS = 5_000;
  static final long SHARE = 500;

  /** What else may come between two looks: a busy machine, a writer that has other work. */
  private static final long SLACK_NS = 1_000_000_000L;

  /** The most addresses of one look. */
  public static final int MAX_ENDING = 16_384;

  private final Known known;
  private final Dump dump;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "ng-keeper");
  private long waitMs = MIN_WAIT_MS;
  private boolean failedBefore;

  /** Who is connected to whom. */
  public record Connection(IpAddress client, IpAddress server) {}

  /** What is learnt. */
  public interface Known {
    /** The addresses that end within this time. */
    List<IpAddress> endingWithin(long ns);

    /** Keeps those servers usable for this time from now on. */
    void keep(Set<Connection> alive, long ns);
  }

  /** Conntrack's table. */
  @FunctionalInterface
  interface Dump {
    void forEachEstablishedTcp(EstablishedConnections.Visitor visitor) throws NfQueueException;
  }

  public EstablishedKeeper(Known known) {
    this(known, visitor -> new EstablishedConnections().forEachEstablishedTcp(visitor));
  }

  EstablishedKeeper(Known known, Dump dump) {
    this.known = known;
    this.dump = dump;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopping.await(waitMs, TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.WARNING, "interrupted: no address is kept any more");
    }
  }

  /** How long to wait after a walk through the table that took this, and a wait before of that. */
  static long waitMs(long walkNs, long beforeMs) {
    long wantedMs = walkNs / 1_000 * SHARE / 1_000;
    return Math.max(MIN_WAIT_MS, Math.min(wantedMs, Math.min(MAX_WAIT_MS, 2 * beforeMs)));
  }

  /** How long until the next look is over, at most. */
  static long aheadNs(long beforeMs) {
    return Math.min(MAX_WAIT_MS, 2 * beforeMs) * 1_000_000 + SLACK_NS;
  }

  /** How long an address is kept, if the next look comes after this wait. */
  static long keepNs(long waitMs) {
    return aheadNs(waitMs) + SLACK_NS;
  }

  long waitMs() {
    return waitMs;
  }

  void look() {
    try {
      Set<IpAddress> candidates = new HashSet<>(known.endingWithin(aheadNs(waitMs)));
      if (candidates.isEmpty()) {
        return;
      }
      long beganNs = System.nanoTime();
      Set<Connection> alive = established(candidates);
      waitMs = waitMs(System.nanoTime() - beganNs, waitMs);
      if (!alive.isEmpty()) {
        known.keep(alive, keepNs(waitMs));
      }
      failedBefore = false;
    } catch (NfQueueException | RuntimeException fault) { // keeping is no reason to stop
      if (!failedBefore) {
        LOG.log(
            System.Logger.Level.WARNING,
            "established connections cannot be found, addresses end with their TTL: " + fault);
      }
      failedBefore = true;
    }
  }

  private Set<Connection> established(Set<IpAddress> candidates) throws NfQueueException {
    Set<Connection> alive = new HashSet<>();
    dump.forEachEstablishedTcp(
        (clientHi, clientLo, serverHi, serverLo) -> {
          IpAddress server = new IpAddress(serverHi, serverLo);
          if (candidates.contains(server)) {
            alive.add(new Connection(new IpAddress(clientHi, clientLo), server));
          }
        });
    return alive;
  }

  public void stop() throws InterruptedException {
    stopping.countDown();
    thread.join();
  }
}
