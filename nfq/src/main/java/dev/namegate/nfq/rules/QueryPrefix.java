// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The NFLOG prefix of a copied query: it names the trusted server as the asker addressed it, which
 * DNAT may have replaced in the packet.
 *
 * <p>Written out and not as a number, so that a copy means the same before and after the rules of
 * other servers came.
 */
public final class QueryPrefix {
  private QueryPrefix() {}

  static String of(TrustedServer server) {
    return RuleNames.QUERY_LOG_PREFIX + server.address() + "-" + server.port();
  }

  /** The server that the prefix names; null if it is none of ours. */
  public static @Nullable TrustedServer server(String prefix) {
    int end = prefix.lastIndexOf('-');
    if (!prefix.startsWith(RuleNames.QUERY_LOG_PREFIX)
        || end < RuleNames.QUERY_LOG_PREFIX.length()) {
      return null;
    }
    try {
      return new TrustedServer(
          IpAddress.parse(prefix.substring(RuleNames.QUERY_LOG_PREFIX.length(), end)),
          Integer.parseInt(prefix.substring(end + 1)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
