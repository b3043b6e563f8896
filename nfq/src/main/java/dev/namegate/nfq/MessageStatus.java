// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

/** What a flyweight found at the message it was pointed at. */
public final class MessageStatus {
  /** A whole packet message. */
  public static final int PACKET = 0;

  /**
   * A packet whose message does not end where it says: the datagram was longer than its slot, or an
   * attribute is damaged. The packet id is good and wants its verdict; anything else may be
   * missing.
   */
  public static final int CUT_PACKET = 1;

  /** The kernel's refusal of something that was sent on this socket. */
  public static final int ERROR = 2;

  /** Another message, an acknowledgement for example: nothing to do. */
  public static final int OTHER = 3;

  /** Not a netlink message, or a packet without an id: there is nothing to answer. Counted. */
  public static final int MALFORMED = 4;

  /** The datagram has no further message. */
  public static final int END = 5;

  private MessageStatus() {}
}
