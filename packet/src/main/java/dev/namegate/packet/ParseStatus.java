// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

/**
 * Why bytes did not decode: {@link #OK} or a negative code, each of which the daemon counts apart.
 *
 * <p>Codes, not exceptions: hostile bytes are expected input ({@link HotPath}).
 */
public final class ParseStatus {
  public static final int OK = 0;

  /** The packet ends before the header or message that it announces. */
  public static final int TRUNCATED = -1;

  /** The IP version is neither 4 nor 6, or not the one of the hook. */
  public static final int BAD_IP_VERSION = -2;

  /** A header's own length field contradicts the format or the packet. */
  public static final int BAD_HEADER_LENGTH = -3;

  /** More IPv6 extension headers, or more octets of them, than are followed. */
  public static final int TOO_MANY_EXTENSION_HEADERS = -4;

  /** A fragment other than the first: it has no transport header. */
  public static final int LATER_FRAGMENT = -5;

  /** A DNS message that does not decode completely. */
  public static final int BAD_DNS_MESSAGE = -6;

  /** A DNS message with an opcode other than QUERY. */
  public static final int DNS_NOT_QUERY = -7;

  /** A DNS message whose number of questions is not one. */
  public static final int DNS_QUESTION_COUNT = -8;

  /** A DNS message of the other direction: QR says query where a reply is due, or reverse. */
  public static final int DNS_WRONG_DIRECTION = -9;

  /**
   * An IPv6 packet from or to an IPv4-mapped address, which has no business on the wire: {@link
   * IpAddress} could not tell it from the IPv4 address that policy speaks of.
   */
  public static final int IPV4_MAPPED_ADDRESS = -10;

  /**
   * A packet that asks to be forwarded to places other than its destination address: an IPv6
   * routing header with segments left, or an IPv4 source route option.
   */
  public static final int SOURCE_ROUTED = -11;

  /** How many codes there are; {@code -code} indexes an array of this size. */
  public static final int COUNT = 12;

  private static final String[] NAMES = {
    "ok",
    "truncated",
    "bad_ip_version",
    "bad_header_length",
    "too_many_extension_headers",
    "later_fragment",
    "bad_dns_message",
    "dns_not_query",
    "dns_question_count",
    "dns_wrong_direction",
    "ipv4_mapped_address",
    "source_routed"
  };

  private ParseStatus() {}

  /** The code's name as counters carry it. */
  public static String name(int code) {
    return NAMES[-code];
  }
}
