// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.ParseStatus;

/**
 * The twelve octets that begin a DNS message, judged before any record is decoded: most garbage
 * ends here, at no cost.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 RFC 1035 §4.1.1
 */
final class DnsHeader {
  static final int LENGTH = 12;
  static final int SECTIONS = 4;

  private static final int OPCODE_QUERY = 0;

  /** The root as name, type and class. */
  private static final int MIN_QUESTION_LENGTH = 5;

  /** The root as name, type, class, TTL and RDLENGTH. */
  private static final int MIN_RECORD_LENGTH = 11;

  private DnsHeader() {}

  static int id(byte[] message) {
    return u16(message, 0);
  }

  static boolean isReply(byte[] message) {
    return (message[2] & 0x80) != 0;
  }

  static int opcode(byte[] message) {
    return message[2] >>> 3 & 0xf;
  }

  static boolean isTruncated(byte[] message) {
    return (message[2] & 0x02) != 0;
  }

  /** The lower four bits of the RCODE; the upper ones are in an OPT record. */
  static int rcode(byte[] message) {
    return message[3] & 0xf;
  }

  /** The number of records that the header announces: 0 is QUESTION, 3 ADDITIONAL. */
  static int count(byte[] message, int section) {
    return u16(message, 4 + 2 * section);
  }

  /** Whether a message of this length with this header can be one that we decode. */
  static int check(byte[] message, int length, boolean reply) {
    if (isReply(message) != reply) {
      return ParseStatus.DNS_WRONG_DIRECTION;
    }
    if (opcode(message) != OPCODE_QUERY) {
      return ParseStatus.DNS_NOT_QUERY;
    }
    if (count(message, 0) != 1) {
      return ParseStatus.DNS_QUESTION_COUNT;
    }
    int records = count(message, 1) + count(message, 2) + count(message, 3);
    return length < LENGTH + MIN_QUESTION_LENGTH + records * MIN_RECORD_LENGTH
        ? ParseStatus.BAD_DNS_MESSAGE
        : ParseStatus.OK;
  }

  static int u16(byte[] message, int at) {
    return (message[at] & 0xff) << 8 | (message[at + 1] & 0xff);
  }

  static int u32(byte[] message, int at) {
    return u16(message, at) << 16 | u16(message, at + 2);
  }

  static long u64(byte[] message, int at) {
    return (long) u32(message, at) << 32 | (u32(message, at + 4) & 0xffff_ffffL);
  }
}
