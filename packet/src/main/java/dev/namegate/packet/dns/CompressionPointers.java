// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

/**
 * Finds the one shape of a message that makes a name decoder work in quadratic time: thousands of
 * pointers each of which points to the one before, and a record's worth of names that point to the
 * last. 64 KiB of that kept dnsjava busy for 0.4 s.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc1035#section-4.1.4 RFC 1035 §4.1.4
 */
final class CompressionPointers {
  /** How many pointers may follow one upon the other; encoders write one, seldom two. */
  static final int MAX_RUN = 4;

  /** A pointer has 14 bits, so none leads to an offset behind these. */
  private static final int TARGETS = 1 << 14;

  private CompressionPointers() {}

  /**
   * Whether a longer run of pointers than {@value #MAX_RUN} can be followed from any offset. One
   * pass, for pointers lead backward only. It sees pointers in opaque RDATA too; that chance should
   * stack so many there is past caring about.
   */
  static boolean areStacked(byte[] message, int length) {
    byte[] runs = new byte[Math.min(length, TARGETS)];
    for (int at = 0; at < length - 1; at++) {
      int target = DnsHeader.u16(message, at) - 0xc000;
      int run = target >= 0 && target < at ? runs[target] + 1 : 0;
      if (run > MAX_RUN) {
        return true;
      }
      if (at < runs.length) {
        runs[at] = (byte) run;
      }
    }
    return false;
  }
}
