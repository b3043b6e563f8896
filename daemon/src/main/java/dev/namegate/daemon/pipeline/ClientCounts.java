// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.KeyedHash;
import java.util.Arrays;

/**
 * How many open questions each client address has. A client is a number as long as it has any.
 *
 * <p><b>Threading:</b> confined to one thread.
 *
 * <p><b>Bounds:</b> grows to the most clients that have questions at one time, 32 bytes each.
 */
@HotPath
final class ClientCounts {
  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 64;

  private final KeyedHash hash = new KeyedHash();
  private long[] hi = new long[FIRST_CAPACITY];
  private long[] lo = new long[FIRST_CAPACITY];
  private int[] counts = new int[FIRST_CAPACITY];

  /** The next of the same bucket, or the next number that is free. */
  private int[] next = new int[FIRST_CAPACITY];

  private int[] buckets = emptyBuckets(FIRST_CAPACITY);
  private int used;
  private int free = NONE;

  private static int[] emptyBuckets(int capacity) {
    int[] buckets = new int[capacity];
    Arrays.fill(buckets, NONE);
    return buckets;
  }

  /** The number of this client, which gets one if it has none; {@link #drop} it if it stays 0. */
  int of(long clientHi, long clientLo) {
    int bucket = bucket(clientHi, clientLo);
    for (int client = buckets[bucket]; client != NONE; client = next[client]) {
      if (lo[client] == clientLo && hi[client] == clientHi) {
        return client;
      }
    }
    if (free == NONE && used == counts.length) {
      grow();
      bucket = bucket(clientHi, clientLo);
    }
    int client = free;
    if (client == NONE) {
      client = used++;
    } else {
      free = next[client];
    }
    hi[client] = clientHi;
    lo[client] = clientLo;
    next[client] = buckets[bucket];
    buckets[bucket] = client;
    return client;
  }

  int count(int client) {
    return counts[client];
  }

  void increment(int client) {
    counts[client]++;
  }

  void decrement(int client) {
    counts[client]--;
    drop(client);
  }

  /** Forgets the client if it has no questions. */
  void drop(int client) {
    if (counts[client] > 0) {
      return;
    }
    int bucket = bucket(hi[client], lo[client]);
    if (buckets[bucket] == client) {
      buckets[bucket] = next[client];
    } else {
      int before = buckets[bucket];
      while (next[before] != client) {
        before = next[before];
      }
      next[before] = next[client];
    }
    next[client] = free;
    free = client;
  }

  /** All numbers are taken. */
  private void grow() {
    int capacity = 2 * counts.length;
    hi = Arrays.copyOf(hi, capacity);
    lo = Arrays.copyOf(lo, capacity);
    counts = Arrays.copyOf(counts, capacity);
    next = Arrays.copyOf(next, capacity);
    buckets = emptyBuckets(capacity);
    for (int client = 0; client < used; client++) {
      int bucket = bucket(hi[client], lo[client]);
      next[client] = buckets[bucket];
      buckets[bucket] = client;
    }
  }

  private int bucket(long clientHi, long clientLo) {
    return KeyedHash.bucket(hash.mix(hash.mix(hash.seed(), clientHi), clientLo), buckets.length);
  }
}
