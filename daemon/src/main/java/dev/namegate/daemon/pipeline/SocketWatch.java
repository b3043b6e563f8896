// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.KernelBindings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks each second whether the kernel still lists our queues and groups as ours, and knows which
 * of them take no packets at the moment. What it finds lost is bound anew by whoever receives
 * there, within the second that he sleeps at most.
 *
 * <p><b>Threading:</b> looks on a thread of its own, {@code ng-sockets}; {@link #troubles} by any.
 *
 * <p><b>Errors:</b> a list of the kernel's that is not readable is reported once; then only a read
 * tells that a socket has failed.
 */
public final class SocketWatch {
  private static final System.Logger LOG = System.getLogger(SocketWatch.class.getName());
  private static final long LOOK_MS = 1_000;

  private final List<PacketSource<?>> sources = new ArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "ng-sockets");
  private boolean unreadableBefore;

  public SocketWatch(FlowPaths flows, DnsPath replies, HeldPath held) {
    sources.addAll(flows.sources());
    sources.addAll(replies.sources());
    sources.addAll(held.sources());
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
      LOG.log(System.Logger.Level.WARNING, "interrupted: the sockets are not watched any more");
    }
  }

  private void look() {
    KernelBindings seen = new KernelBindings();
    for (PacketSource<?> source : sources) {
      try {
        source.look(seen);
      } catch (IOException | RuntimeException e) { // the others are watched on
        if (!unreadableBefore) {
          LOG.log(
              System.Logger.Level.WARNING,
              "cannot see whether the queues and NFLOG groups are still ours: " + e);
        }
        unreadableBefore = true;
      }
    }
  }

  /** A sentence for each queue or group that takes no packets now. */
  public List<String> troubles() {
    return sources.stream().map(PacketSource::trouble).filter(Objects::nonNull).toList();
  }

  /** Before the paths end. */
  public void stop() throws InterruptedException {
    stopping.countDown();
    thread.join();
  }
}
