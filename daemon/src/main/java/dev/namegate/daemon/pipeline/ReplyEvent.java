// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.LoggedPacket;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.packet.dns.DecodingSpace;
import dev.namegate.packet.dns.DnsMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A DNS reply: held until what it teaches is committed, or the copy of one that is not. In TCP it
 * is a segment, which completes any number of messages; {@link #nextAnswer} goes through them.
 *
 * <p><b>Threading:</b> as every event, but for the claim to answer it: the release stage and {@link
 * HoldTimer} both may, and {@link #claim} lets one of them.
 *
 * <p><b>Ordering:</b> {@link AnswerClaim}: a timer that looks at a slot which was reused in the
 * meantime claims nothing (<i>one-verdict</i>).
 */
@HotPath
final class ReplyEvent extends PacketEvent implements Answer {
  private static final int KEPT_COPIES = 2;

  private final LoggedPacket copy = new LoggedPacket();
  private final DnsMessage message;
  private final AnswerClaim held = new AnswerClaim();

  /** What its messages say, each; a datagram's only one is the decoded message's own. */
  private final List<AnswerLinks> answers = new ArrayList<>(1);

  /** Holders for what the messages of a segment say, to be used again. */
  private final List<AnswerLinks> copies = new ArrayList<>(0);

  private int copied;

  private int told;
  private boolean teaches;

  /**
   * @param space of the thread that decodes
   */
  ReplyEvent(DatagramRing datagrams, int slot, boolean learnAddressHints, DecodingSpace space) {
    super(datagrams, slot);
    message = new DnsMessage(learnAddressHints, space);
  }

  @Override
  void received(long nowNs) {
    super.received(nowNs);
    saysNothing();
    if (awaitsVerdict()) {
      held.hold(header().packetId(), nowNs);
    }
  }

  /** Starts the life of an event with the copy of a reply that goes on meanwhile. */
  void copied(long nowNs) {
    int datagram = copy.wrap(datagrams(), slot());
    begin(nowNs, datagram, copy.payloadOffset(), copy.payloadLength());
    saysNothing();
  }

  @Override
  void nudged(long nowNs) {
    super.nudged(nowNs);
    saysNothing();
  }

  private void saysNothing() {
    answers.clear();
    copied = 0;
    forgetMany();
    told = -1;
    teaches = false;
  }

  /** The message that was decoded last. */
  DnsMessage message() {
    return message;
  }

  /** What the packet says, if anything, is what {@link #message} decoded last. */
  void offer() {
    if (!message.links().isEmpty()) {
      answers.add(message.links());
    }
  }

  /** The packet also says what {@link #message} decoded last, and may go on to say more. */
  void offerCopy() {
    if (message.links().isEmpty()) {
      return;
    }
    if (copied == copies.size()) {
      copies.add(new AnswerLinks());
    }
    AnswerLinks copy = copies.get(copied++);
    copy.copy(message.links());
    answers.add(copy);
  }

  /** A segment of many messages is rare: it leaves no holders for all of them behind. */
  private void forgetMany() {
    while (copies.size() > KEPT_COPIES) {
      copies.remove(copies.size() - 1);
    }
  }

  /** Goes on to the next of its answers that trust allows to learn; false after the last. */
  boolean nextAnswer() {
    return teaches() && ++told < answers.size();
  }

  @Override
  public AnswerLinks links() {
    return answers.get(told);
  }

  @Override
  public long clientHi() {
    return packet().destinationHi();
  }

  @Override
  public long clientLo() {
    return packet().destinationLo();
  }

  /** Marks the reply as one that trust allows to learn from. */
  void teach() {
    teaches = true;
  }

  private boolean teaches() {
    return teaches && isSound();
  }

  /** The id of the held packet, or a negative number. Any thread. */
  long heldPacketId() {
    return held.id();
  }

  /** Since when the packet is held. Any thread; only meaningful if a {@link #claim} succeeds. */
  long heldSinceNs() {
    return held.sinceNs();
  }

  /** Takes the right to answer this packet; false if it was answered already. Any thread. */
  boolean claim(long packetId) {
    return held.claim(packetId);
  }
}
