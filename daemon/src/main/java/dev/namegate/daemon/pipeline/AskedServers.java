// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.LoggedPacket;
import dev.namegate.nfq.rules.QueryPrefix;
import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The trusted servers that prefixes of copied queries name; those read lately are not parsed again.
 *
 * <p><b>Threading:</b> confined to one thread.
 *
 * <p><b>Bounds:</b> remembers {@value #PLACES} prefixes, each in the one place that its octets say.
 */
@HotPath
final class AskedServers {
  private static final int PLACES = 64;

  private final byte[][] prefixes = new byte[PLACES][];
  private final @Nullable TrustedServer[] servers = new @Nullable TrustedServer[PLACES];

  /** The server that the asker addressed; null if the prefix names none. */
  @Nullable TrustedServer of(LoggedPacket query, ByteBuffer buffer) {
    int start = query.prefixOffset();
    int length = query.prefixLength();
    int hash = 0;
    for (int at = start; at < start + length; at++) {
      hash = 31 * hash + buffer.get(at);
    }
    int place = hash & (PLACES - 1);
    if (!isPrefix(prefixes[place], buffer, start, length)) {
      byte[] octets = new byte[length];
      buffer.get(start, octets);
      prefixes[place] = octets;
      servers[place] = QueryPrefix.server(query.prefix());
    }
    return servers[place];
  }

  private static boolean isPrefix(
      byte @Nullable [] known, ByteBuffer buffer, int start, int length) {
    if (known == null || known.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (known[i] != buffer.get(start + i)) {
        return false;
      }
    }
    return true;
  }
}
