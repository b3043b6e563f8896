// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.HotPath;

/**
 * What is needed while a message is decoded, and not after: one is enough for all the {@link
 * DnsMessage}s that one thread decodes into. Many holders then share some 15 KB, which stay in the
 * processor's cache.
 *
 * <p><b>Threading:</b> confined to the thread that decodes.
 */
@HotPath
public final class DecodingSpace {
  private static final int FIRST_LENGTH = 1_232;

  final CommonMessage common = new CommonMessage();

  /** The message being decoded; grows to the longest one seen. */
  private byte[] octets = new byte[FIRST_LENGTH];

  /** Room for a message of this length. */
  byte[] octets(int length) {
    if (octets.length < length) {
      octets = new byte[Math.min(DnsMessage.MAX_LENGTH, Math.max(length, 2 * octets.length))];
    }
    return octets;
  }
}
