// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.nfq.Poller;
import dev.namegate.nfq.Verdict;
import dev.namegate.nfq.VerdictBatch;
import dev.namegate.packet.ParseStatus;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The path of denied packets that an answer on its way may allow (mode DelayDeniedPacket): they
 * come by a queue of their own, are decided anew at once and again when their destination is
 * learnt, and are dropped when that denies them again or when they have waited too long.
 *
 * <p><b>Threading:</b> one thread of its own does all of it, so that its limit holds whatever the
 * other stages do.
 *
 * <p><b>Bounds:</b> a packet that comes while all slots are taken is dropped and counted, and so is
 * the SYN of a connection whose SYN is held already.
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
  private final Supplier<Ruleset> rulesets;
  private final FlowDecision decision;
  private final DestinationMembership destination = new DestinationMembership();
  private final long maxHoldNs;
  private final NanoClock clock;
  private final Counters.Writer counters;
  private final Poller poller;
  private final VerdictBatch verdicts;
  private final Thread thread = new Thread(this::run, "ng-held");

  /** What is learnt; nothing until {@link #behind} was called. */
  private volatile @Nullable LearntAddresses learnt;

  /** The ruleset that all packets which are held were decided by. */
  private @Nullable Ruleset decidedBy;

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
    this.rulesets = rulesets;
    this.decision = new FlowDecision(endpoints);
    this.maxHoldNs = maxHold.toNanos();
    this.clock = clock;
    this.counters = counters.newWriter();
    this.poller = Poller.open(queue);
    this.verdicts = new VerdictBatch(queue, VERDICTS);
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
    HeldPacket oldest = held.oldest();
    if (oldest == null) {
      return IDLE_WAIT_MS;
    }
    long leftNs = oldest.receivedNs() + maxHoldNs - clock.nowNs();
    return (int) Math.max(0, Math.min(IDLE_WAIT_MS, leftNs / MS - 1));
  }

  /** One round; true if there may be more to receive. */
  private boolean work() {
    try {
      boolean received = receive();
      decideWhatChanged();
      dropOverdue(clock.nowNs());
      return received;
    } finally {
      if (verdicts.flush() < 0) {
        counters.increment(Counter.VERDICT_ERRORS);
      }
    }
  }

  private boolean receive() {
    if (source.isBroken()) {
      dropAll(); // the kernel has dropped them with the socket
      if (!source.repair(clock.nowNs())) {
        return false;
      }
      poller.replace(0, source.socket().descriptor());
    }
    int received = 1;
    for (int i = 0; i < BATCH && received > 0; i++) {
      HeldPacket packet = held.next();
      received = source.receive(datagrams, packet.slot(), 1);
      if (received > 0) {
        source.begin(packet, clock.nowNs());
        take(packet);
      }
    }
    if (PacketSource.isFatal(received)) {
      counters.increment(Counter.SOCKET_FAILURES);
      poller.replace(0, -1);
      source.broke(-received, clock.nowNs());
    } else if (received < 0) {
      counters.increment(source.overruns());
    }
    return received != 0;
  }

  private void take(HeldPacket packet) {
    if (!packet.awaitsVerdict()) {
      return;
    }
    packet.decodeHeaders();
    if (packet.status() != ParseStatus.OK) {
      answer(packet, Verdict.DROP, Counter.FLOWS_INVALID);
    } else if (held.isFull()) {
      answer(packet, Verdict.DROP, Counter.HELD_OVERFLOWS);
    } else if (held.hasSameOpening(packet)) {
      answer(packet, Verdict.DROP, Counter.HELD_RETRANSMITS);
    } else {
      held.add();
      VarHandle.fullFence(); // see LearntAddresses
      decide(packet, false);
    }
  }

  private void decideWhatChanged() {
    Ruleset now = rulesets.get();
    LearntAddresses news = learnt;
    boolean all = !isSame(now, decidedBy);
    decidedBy = now;
    if (news != null) {
      all |= news.takeAny();
      for (; news.hasNext(); news.advance()) {
        decideAllTo(news.hi(), news.lo());
      }
    }
    if (all) {
      HeldPacket packet = held.oldest();
      while (packet != null) {
        HeldPacket younger = packet.younger;
        decide(packet, false);
        packet = younger;
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same one, not one that is like it
  private static boolean isSame(Ruleset one, @Nullable Ruleset other) {
    return one == other;
  }

  private void decideAllTo(long hi, long lo) {
    HeldPacket packet = held.bucketOf(hi, lo);
    while (packet != null) {
      HeldPacket next = packet.nextInBucket;
      if (packet.goesTo(hi, lo)) {
        decide(packet, true);
      }
      packet = next;
    }
  }

  /**
   * Decides a packet that is held, by the ruleset in force.
   *
   * @param isLast whether it was its destination that was learnt: what is denied then is dropped,
   *     unless the answer may have been another client's
   */
  private void decide(HeldPacket packet, boolean isLast) {
    boolean allowed = false;
    boolean waits = false;
    try {
      Ruleset ruleset = rulesets.get();
      if (decision.locate(ruleset, packet.header())) {
        destination.of(ruleset, decision.endpoint(), packet.packet(), clock.nowNs());
        allowed = decision.allows(ruleset, packet.packet(), destination);
        waits =
            (!isLast || ruleset.clients().perClient())
                && decision.couldAllow(ruleset, packet.packet());
      }
    } finally {
      if (allowed) {
        letGo(packet, Verdict.ACCEPT, Counter.HELD_ALLOWED);
      } else if (!waits) {
        letGo(packet, Verdict.DROP, Counter.HELD_DENIED_AGAIN);
      }
    }
  }

  private void dropOverdue(long nowNs) {
    HeldPacket oldest = held.oldest();
    while (oldest != null && nowNs - oldest.receivedNs() >= maxHoldNs - MS) {
      letGo(oldest, Verdict.DROP, Counter.HELD_TIMED_OUT);
      oldest = held.oldest();
    }
  }

  private void dropAll() {
    for (HeldPacket packet = held.oldest(); packet != null; packet = held.oldest()) {
      held.remove(packet);
    }
  }

  private void letGo(HeldPacket packet, int verdict, Counter counter) {
    held.remove(packet);
    answer(packet, verdict, counter);
  }

  private void answer(HeldPacket packet, int verdict, Counter counter) {
    if (verdicts.verdict(packet.header().packetId(), verdict) < 0) {
      counters.increment(Counter.VERDICT_ERRORS);
    }
    counters.increment(counter);
  }

  /** Nobody learns any more: what policy does not allow now is dropped. */
  private void answerTheRest() {
    try {
      boolean more = true;
      while (more) {
        more = work();
      }
      for (HeldPacket packet = held.oldest(); packet != null; packet = held.oldest()) {
        decide(packet, true);
      }
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
