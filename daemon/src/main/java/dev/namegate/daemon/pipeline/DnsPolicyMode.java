// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

/**
 * What waits for what DNS teaches: the values of {@code dnsPolicyMode}.
 *
 * <p>Learning is the same in each; they differ in what is held meanwhile.
 */
public enum DnsPolicyMode {
  /** Nothing is held. Replies are copied; a first packet may come before its address is learnt. */
  NO_DELAY("NoDelay"),
  /** Replies are copied; a packet that an answer on its way could allow is held. */
  DELAY_DENIED_PACKET("DelayDeniedPacket"),
  /** A reply is held until what it teaches is committed. */
  DELAY_DNS_RESPONSE("DelayDNSResponse"),
  /** The same here: replies are decoded and committed in the packet's path. */
  INLINE("Inline");

  private final String word;

  DnsPolicyMode(String word) {
    this.word = word;
  }

  /** As settings spell it. */
  public String word() {
    return word;
  }

  /** Whether replies go on at once and we see a copy. */
  public boolean copiesReplies() {
    return this == NO_DELAY || this == DELAY_DENIED_PACKET;
  }

  /** Whether a denied packet waits for an answer that may allow it. */
  public boolean holdsDeniedPackets() {
    return this == DELAY_DENIED_PACKET;
  }
}
