// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * Limits of the cache, and how long what it learns lives.
 *
 * <p>A record lives its TTL, raised to {@code minTtlNs}, cut to {@code maxTtlNs}, and then {@code
 * extraTtlNs} longer.
 *
 * @param maxNames the most names known at a time, owners and aliases; also the most aliases
 * @param maxAddresses the most learnt addresses at a time: pairs of a name and an address
 * @param maxAddressesPerName the most addresses that one name has at a time
 * @param minTtlNs the floor; a TTL of 0 counts as this much, else the first packet of the flow for
 *     which the name was asked could never match
 * @param maxTtlNs the cap
 * @param extraTtlNs what {@code dnsExtraTTL} adds
 * @param perClient whether what one client is told counts for that client alone ({@code
 *     dnsLearningScope: PerClient}); then the limits are those of all clients together
 */
public record CacheConfig(
    int maxNames,
    int maxAddresses,
    int maxAddressesPerName,
    long minTtlNs,
    long maxTtlNs,
    long extraTtlNs,
    boolean perClient) {

  private static final long SECOND_NS = 1_000_000_000L;

  /**
   * A day's different names behind a busy gateway. A name takes 8 bytes of heap and 100 outside, 64
   * more if it is longer than 48 octets: 0.5 and 7 MB when full.
   */
  public static final int DEFAULT_MAX_NAMES = 65_536;

  /**
   * Two for each name. An address takes some 30 bytes of heap (its published row and slot) and 105
   * outside (link 40, queue 12, address 40, the rest reserve): 4 and 14 MB when full.
   */
  public static final int DEFAULT_MAX_ADDRESSES = 131_072;

  /**
   * Ten times the 100 that an implementation must support; an answer over UDP has at most some 250.
   */
  public static final int DEFAULT_MAX_ADDRESSES_PER_NAME = 1_024;

  /**
   * A name has one alias at a time; services that steer by DNS hand out a few in turn, and their
   * lives overlap.
   */
  static final int MAX_ALIASES_PER_NAME = 8;

  public static final long DEFAULT_MIN_TTL_NS = SECOND_NS;

  public static final long DEFAULT_MAX_TTL_NS = 86_400 * SECOND_NS;

  /** Times are compared by subtraction; a century of life leaves that far from overflow. */
  private static final long MAX_LIFE_NS = 100L * 365 * 86_400 * SECOND_NS;

  /** What a TTL with the top bit set is worth. */
  private static final long MAX_TTL_SECONDS = Integer.MAX_VALUE;

  public static final CacheConfig DEFAULT =
      new CacheConfig(
          DEFAULT_MAX_NAMES,
          DEFAULT_MAX_ADDRESSES,
          DEFAULT_MAX_ADDRESSES_PER_NAME,
          DEFAULT_MIN_TTL_NS,
          DEFAULT_MAX_TTL_NS,
          0,
          false);

  public CacheConfig {
    positive("maxNames", maxNames);
    positive("maxAddresses", maxAddresses);
    positive("maxAddressesPerName", maxAddressesPerName);
    positive("minTtlNs", minTtlNs);
    if (maxTtlNs < minTtlNs || maxTtlNs > MAX_LIFE_NS) {
      throw new IllegalArgumentException(
          "maxTtlNs=" + maxTtlNs + ", min=minTtlNs=" + minTtlNs + ", max=" + MAX_LIFE_NS);
    }
    if (extraTtlNs < 0 || extraTtlNs > MAX_LIFE_NS) {
      throw new IllegalArgumentException(
          "extraTtlNs=" + extraTtlNs + ", min=0, max=" + MAX_LIFE_NS);
    }
  }

  /** Limits of a cache that is host-wide. */
  public CacheConfig(
      int maxNames,
      int maxAddresses,
      int maxAddressesPerName,
      long minTtlNs,
      long maxTtlNs,
      long extraTtlNs) {
    this(maxNames, maxAddresses, maxAddressesPerName, minTtlNs, maxTtlNs, extraTtlNs, false);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + "=" + value + ", min=1");
    }
  }

  /**
   * When a record of this TTL that is learnt now is over.
   *
   * @spec https://www.rfc-editor.org/rfc/rfc2181#section-8 RFC 2181 §8: a TTL with the most
   *     significant bit set counts as 0
   */
  long expiryNs(long ttlSeconds, long nowNs) {
    boolean isValid = ttlSeconds >= 0 && ttlSeconds <= MAX_TTL_SECONDS;
    long ttlNs = isValid ? ttlSeconds * SECOND_NS : 0;
    return nowNs + Math.max(minTtlNs, Math.min(maxTtlNs, ttlNs)) + extraTtlNs;
  }

  /** The longest that anything lives. */
  long maxLifeNs() {
    return maxTtlNs + extraTtlNs;
  }
}
