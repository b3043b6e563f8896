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

  /** How many codes there are; {@code -code} indexes an array of this size. */
  public static final int COUNT = 10;

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
    "dns_wrong_direction"
  };

  private ParseStatus() {}

  /** The code's name as counters carry it. */
  public static String name(int code) {
    return NAMES[-code];
  }
}
