// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

/**
 * The SvcParams of an HTTPS or SVCB record: key, length, value.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9460#section-2.2 RFC 9460 §2.2
 */
final class ServiceParameters {
  /** A key and a length. */
  static final int HEADER = 4;

  static final int MANDATORY = 0;
  static final int IPV4HINT = 4;
  static final int IPV6HINT = 6;

  private static final int ALPN = 1;
  private static final int NO_DEFAULT_ALPN = 2;
  private static final int PORT = 3;

  private ServiceParameters() {}

  /** Where the parameter after this one starts, or a negative number if this one is cut. */
  static int next(byte[] message, int at, int end) {
    if (end - at < HEADER) {
      return -1;
    }
    int next = at + HEADER + DnsHeader.u16(message, at + 2);
    return next > end ? -1 : next;
  }

  /** Whether the value, which ends at {@code next}, is one that this key can have. */
  static boolean isWellFormed(byte[] message, int at, int next) {
    int value = at + HEADER;
    int length = next - value;
    return switch (DnsHeader.u16(message, at)) {
      case ALPN -> isStrings(message, value, next);
      case NO_DEFAULT_ALPN -> length == 0;
      case PORT -> length == 2;
      case IPV4HINT -> length % 4 == 0;
      case IPV6HINT -> length % 16 == 0;
      default -> true;
    };
  }

  private static boolean isStrings(byte[] message, int start, int end) {
    int at = start;
    while (at < end) {
      at += 1 + (message[at] & 0xff);
    }
    return at == end;
  }
}
