// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.nfq.Poller;
import dev.namegate.nfq.VerdictBatch;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The path of denied packets that an answer on its way may allow (mode DelayDeniedPacket): they
 * come by a queue of their own, and {@link HeldDecisions} says what becomes of them.
 *
 * <p><b>Threading:</b> one thread of its own does all of it, so that its limit holds whatever the
 * other stages do.
 *
 * <p><b>Errors:</b> a fault in deciding drops that packet (<i>fail-closed</i>).
 */
public final class HeldPath {
  private static final System.Logger LOG = System.getLogger(HeldPath.class.getName());

  /** As in {@link FlowPath}: the start of a packet. */
  private static final int SLOT_BYTES = 1_024;

  private static final int VERDICTS = 256;
  private static final int BATCH = 64;
  private static final int IDLE_WAIT_MS = 1_000;
  private static final long MS = 1_000_000;

  private final PacketSource<HeldPacket> source;
  private final DatagramRing datagrams;
  private final HeldPackets held;
  private final HeldDecisions decisions;
  private final NanoClock clock;
  private final Counters.Writer counters;
  private final Poller poller;
  private final VerdictBatch verdicts;
  private final Thread thread = new Thread(this::run, "ng-held");

  /** What is learnt; nothing until {@link #behind} was called. */
  private volatile @Nullable LearntAddresses learnt;

  private volatile boolean stopping;

  /**
   * A path that is not started yet.
   *
   * @param slots the most packets at a time
   * @param endpoints confined to this path
   */
  public HeldPath(
      NfQueue queue,
      int slots,
      Duration maxHold,
      Supplier<Ruleset> rulesets,
      EndpointTable endpoints,
      NanoClock clock,
      Counters counters)
      throws NfQueueException {
    this.source = PacketSource.of(queue);
    this.datagrams = new DatagramRing(slots + 1, SLOT_BYTES);
    this.held = new HeldPackets(slots, datagrams);
    this.clock = clock;
    this.counters = counters.newWriter();
    this.poller = Poller.open(queue);
    this.verdicts = new VerdictBatch(queue, VERDICTS);
    this.decisions =
        new HeldDecisions(
            held, rulesets, endpoints, maxHold.toNanos(), verdicts::verdict, clock, this.counters);
  }

  /** The commit that tells this path what it has put into force. Before {@link #start}. */
  public Commit behind(Commit commit) {
    LearntAddresses tells = new LearntAddresses(commit, () -> held.size() > 0, poller::wakeUp);
    learnt = tells;
    return tells;
  }

  public void start() {
    thread.start();
  }

  /** For {@link SocketWatch}. */
  List<PacketSource<?>> sources() {
    return List.of(source);
  }

  /** How many packets are held. Any thread. */
  public int size() {
    return held.size();
  }

  /** Another ruleset is in force: what is held is decided by it, now. Any thread. */
  public void rulesetChanged() {
    poller.wakeUp();
  }

  private void run() {
    while (!stopping) {
      try {
        if (!work()) {
          poller.await(waitMs());
        }
      } catch (RuntimeException fault) { // the limit must hold on
        counters.increment(Counter.FLOW_FAULTS);
        LOG.log(System.Logger.Level.ERROR, "fault in the held packets, they go on", fault);
      }
    }
    answerTheRest();
  }

  /** Until the one that has waited longest must go, less the millisecond that a wait may exceed. */
  private int waitMs() {
    long endNs = decisions.nextEndNs();
    if (endNs == Long.MAX_VALUE) {
      return IDLE_WAIT_MS;
    }
    long leftNs = endNs - clock.nowNs();
    return (int) Math.max(0, Math.min(IDLE_WAIT_MS, leftNs / MS - 1));
  }

  /** One round; true if there may be more to receive. */
  private boolean work() {
    try {
      boolean received = receive();
      decisions.decideWhatChanged(learnt);
      decisions.dropOverdue(clock.nowNs());
      return received;
    } finally {
      if (verdicts.flush() < 0) {
        counters.increment(Counter.VERDICT_ERRORS);
      }
    }
  }

  private boolean receive() {
    if (source.isBroken()) {
      decisions.forgetAll(); // the kernel has dropped them with the socket
      if (!source.repair(clock.nowNs())) {
        return false;
      }
      poller.replace(0, source.socket().descriptor());
    }
    int received = 1;
    for (int i = 0; i < BATCH && received > 0; i++) {
      HeldPacket packet = decisions.next();
      received = source.receive(datagrams, packet.slot(), 1);
      if (received > 0) {
        source.begin(packet, clock.nowNs());
        decisions.take(packet);
      }
    }
    if (PacketSource.isFatal(received)) {
      counters.increment(Counter.SOCKET_FAILURES);
      poller.replace(0, -1);
      source.broke(received, clock.nowNs());
    } else if (received < 0) {
      counters.increment(source.overruns());
    }
    return received != 0;
  }

  /** Nobody learns any more: what policy does not allow now is dropped. */
  private void answerTheRest() {
    try {
      boolean more = true;
      while (more) {
        more = work();
      }
      decisions.decideAllAtLast();
    } finally {
      if (verdicts.flush() < 0) {
        counters.increment(Counter.VERDICT_ERRORS);
      }
    }
  }

  /** Answers all that the kernel holds and ends the thread. The flows' path has to be stopped. */
  public void stop() throws InterruptedException {
    stopping = true;
    poller.wakeUp();
    thread.join();
    poller.close();
  }
}
