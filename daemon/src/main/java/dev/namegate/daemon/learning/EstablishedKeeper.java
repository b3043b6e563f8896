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
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps addresses usable while a TCP connection to them is established: a client that reconnects to
 * the address it holds is not cut off because a name's TTL is over.
 *
 * <p>Twice a second it looks which addresses end within two seconds, and only if there are any at
 * conntrack's table. What is found there is kept three seconds at a time.
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

  private static final long LOOK_MS = 500;

  /** How long before its end an address is looked at. */
  public static final long AHEAD_NS = 2_000_000_000L;

  /** How long it is kept at a time. */
  public static final long KEEP_NS = 3_000_000_000L;

  /** The most addresses of one look. */
  public static final int MAX_ENDING = 16_384;

  private final Supplier<List<IpAddress>> ending;
  private final Consumer<Set<Connection>> keep;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "ng-keeper");
  private boolean failedBefore;

  /** Who is connected to whom. */
  public record Connection(IpAddress client, IpAddress server) {}

  /**
   * @param ending the addresses that end soon
   * @param keep is told the connections that are established to them
   */
  public EstablishedKeeper(Supplier<List<IpAddress>> ending, Consumer<Set<Connection>> keep) {
    this.ending = ending;
    this.keep = keep;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopping.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.WARNING, "interrupted: no address is kept any more");
    }
  }

  private void look() {
    try {
      Set<IpAddress> candidates = new HashSet<>(ending.get());
      if (candidates.isEmpty()) {
        return;
      }
      Set<Connection> alive = established(candidates);
      if (!alive.isEmpty()) {
        keep.accept(alive);
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

  private static Set<Connection> established(Set<IpAddress> candidates) throws NfQueueException {
    Set<Connection> alive = new HashSet<>();
    new EstablishedConnections()
        .forEachEstablishedTcp(
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
