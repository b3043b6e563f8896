// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

/**
 * How much {@link TcpDnsStreams} keeps.
 *
 * @param maxStreams connections that are followed at a time
 * @param maxOctets of incomplete messages and of segments ahead of a missing one, all together
 * @param maxOctetsOfStream the same of one connection
 * @param maxIdleNs how long a connection is followed on which nothing comes
 */
public record StreamLimits(int maxStreams, int maxOctets, int maxOctetsOfStream, long maxIdleNs) {
  /** A long message, and a full window of segments behind a lost one. */
  private static final int MAX_OCTETS_OF_STREAM = 1 << 20;

  /** Servers close idle connections in seconds or minutes; what is kept of one is little. */
  private static final long MAX_IDLE_NS = 3_600_000_000_000L;

  public StreamLimits {
    if (maxStreams < 1 || maxOctets < 1 || maxOctetsOfStream < 1 || maxIdleNs < 1) {
      throw new IllegalArgumentException(
          "limits must be positive: streams="
              + maxStreams
              + ", octets="
              + maxOctets
              + ", of one stream="
              + maxOctetsOfStream
              + ", idle ns="
              + maxIdleNs);
    }
  }

  /** These bounds for all together, and the usual ones for each. */
  public static StreamLimits of(int maxStreams, int maxOctets) {
    return new StreamLimits(
        maxStreams, maxOctets, Math.min(maxOctets, MAX_OCTETS_OF_STREAM), MAX_IDLE_NS);
  }
}
