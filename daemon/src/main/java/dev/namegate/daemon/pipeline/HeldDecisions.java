// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.Verdict;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.ParseStatus;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of denied packets that an answer on its way may allow: each is decided anew when it
 * comes, when its destination is learnt and when the ruleset changes, and is dropped when that
 * denies it again or when it has waited too long.
 *
 * <p><b>Threading:</b> confined to the thread that holds.
 *
 * <p><b>Bounds:</b> a packet that comes while all slots are taken is dropped and counted, and so is
 * the SYN of a connection whose SYN is held already.
 */
@HotPath
final class HeldDecisions {
  private static final long MS = 1_000_000;

  private final HeldPackets held;
  private final Supplier<Ruleset> rulesets;
  private final FlowDecision decision;
  private final DestinationMembership destination = new DestinationMembership();
  private final long maxHoldNs;
  private final Answers answers;
  private final NanoClock clock;
  private final Counters.Writer counters;

  /** The ruleset that all packets which are held were decided by. */
  private @Nullable Ruleset decidedBy;

  /** Where verdicts go; {@link dev.namegate.nfq.VerdictBatch#verdict}. */
  interface Answers {
    /** Takes a verdict, or gives {@code -errno}. */
    int verdict(long packetId, int verdict);
  }

  HeldDecisions(
      HeldPackets held,
      Supplier<Ruleset> rulesets,
      EndpointTable endpoints,
      long maxHoldNs,
      Answers answers,
      NanoClock clock,
      Counters.Writer counters) {
    this.held = held;
    this.rulesets = rulesets;
    this.decision = new FlowDecision(endpoints);
    this.maxHoldNs = maxHoldNs;
    this.answers = answers;
    this.clock = clock;
    this.counters = counters;
  }

  /** The slot for the next packet. */
  HeldPacket next() {
    return held.next();
  }

  /** When the one that has waited longest must go, or {@code Long.MAX_VALUE} if none waits. */
  long nextEndNs() {
    HeldPacket oldest = held.oldest();
    return oldest == null ? Long.MAX_VALUE : oldest.receivedNs() + maxHoldNs;
  }

  /** Holds or answers what was received into {@link #next}. */
  void take(HeldPacket packet) {
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

  /**
   * Decides what another ruleset or what was learnt since the last time may have changed.
   *
   * @param news what was learnt, if anybody tells
   */
  void decideWhatChanged(@Nullable LearntAddresses news) {
    Ruleset now = rulesets.get();
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

  /** Drops what would wait too long before the next look. */
  void dropOverdue(long nowNs) {
    HeldPacket oldest = held.oldest();
    while (oldest != null && nowNs - oldest.receivedNs() >= maxHoldNs - MS) {
      letGo(oldest, Verdict.DROP, Counter.HELD_TIMED_OUT);
      oldest = held.oldest();
    }
  }

  /** Decides all that is held for the last time. */
  void decideAllAtLast() {
    for (HeldPacket packet = held.oldest(); packet != null; packet = held.oldest()) {
      decide(packet, true);
    }
  }

  /** Forgets all that is held: the kernel has dropped it. */
  void forgetAll() {
    for (HeldPacket packet = held.oldest(); packet != null; packet = held.oldest()) {
      held.remove(packet);
    }
  }

  private void letGo(HeldPacket packet, int verdict, Counter counter) {
    held.remove(packet);
    answer(packet, verdict, counter);
  }

  private void answer(HeldPacket packet, int verdict, Counter counter) {
    if (answers.verdict(packet.header().packetId(), verdict) < 0) {
      counters.increment(Counter.VERDICT_ERRORS);
    }
    counters.increment(counter);
  }
}
