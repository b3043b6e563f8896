// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

/**
 * The options of an OPT record, as far as {@link CommonMessage} takes them: code, length, data.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc6891#section-6.1.2 RFC 6891 §6.1.2
 */
final class EdnsOptions {
  private static final int HEADER = 4;
  private static final int COOKIE = 10;
  private static final int PADDING = 12;

  private EdnsOptions() {}

  /** Whether nothing else is there than cookies and padding, and these are well-formed. */
  static boolean areCommon(byte[] message, int start, int end) {
    int at = start;
    while (at < end) {
      if (end - at < HEADER) {
        return false;
      }
      int code = DnsHeader.u16(message, at);
      int length = DnsHeader.u16(message, at + 2);
      at += HEADER + length;
      if (at > end || !(code == PADDING || (code == COOKIE && isCookie(length)))) {
        return false;
      }
    }
    return true;
  }

  /**
   * A client's part alone, or with the server's.
   *
   * @spec https://www.rfc-editor.org/rfc/rfc7873#section-4 RFC 7873 §4
   */
  private static boolean isCookie(int length) {
    return length == 8 || (length >= 16 && length <= 40);
  }
}
