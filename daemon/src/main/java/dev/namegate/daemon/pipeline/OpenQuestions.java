// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.KeyedHash;
import java.util.Arrays;

/**
 * Open questions as numbers, found by all but their servers, in the order of their age. The fields
 * of a question stand in arrays at its number, which is given again after it was removed.
 *
 * <p><b>Threading:</b> confined to one thread.
 *
 * <p><b>Bounds:</b> the arrays grow by doubling, and stay: about 150 bytes for a question of up to
 * 32 octets of name, 256 more at most for a longer one.
 */
@HotPath
final class OpenQuestions {
  static final int NONE = -1;
  static final int NOT_TRANSLATED = -1;

  /** The bits of {@link QuestionKey#ports} that are about the server. */
  private static final long SERVER_PORT = 0xffff_0000L;

  private static final int FIRST_CAPACITY = 64;
  private static final byte[] NO_NAME = {};

  /** Arrays for names have a length that is a multiple of this, so that most fit the next name. */
  private static final int NAME_GRAIN = 32;

  private final KeyedHash keyed = new KeyedHash();

  long[] clientHi = new long[FIRST_CAPACITY];
  long[] clientLo = new long[FIRST_CAPACITY];
  long[] serverHi = new long[FIRST_CAPACITY];
  long[] serverLo = new long[FIRST_CAPACITY];

  /** As {@link QuestionKey#ports}, with the port of the server that was asked. */
  long[] ports = new long[FIRST_CAPACITY];

  private int[] asked = new int[FIRST_CAPACITY];

  /** The server that DNAT led to, and its port or {@link #NOT_TRANSLATED}. */
  long[] reachedHi = new long[FIRST_CAPACITY];

  long[] reachedLo = new long[FIRST_CAPACITY];
  int[] reachedPort = new int[FIRST_CAPACITY];

  long[] endNs = new long[FIRST_CAPACITY];

  /** The number in {@link ClientCounts}. */
  int[] client = new int[FIRST_CAPACITY];

  private long[] hashes = new long[FIRST_CAPACITY];
  private byte[][] names = new byte[FIRST_CAPACITY][];
  private int[] nameLengths = new int[FIRST_CAPACITY];

  /** The next of the same bucket, or the next number that is free. */
  private int[] next = new int[FIRST_CAPACITY];

  private int[] older = new int[FIRST_CAPACITY];
  private int[] younger = new int[FIRST_CAPACITY];
  private int[] buckets = emptyBuckets(FIRST_CAPACITY);

  private int size;
  private int used;
  private int free = NONE;
  private int oldest = NONE;
  private int youngest = NONE;

  OpenQuestions() {
    Arrays.fill(names, NO_NAME);
  }

  private static int[] emptyBuckets(int capacity) {
    int[] buckets = new int[capacity];
    Arrays.fill(buckets, NONE);
    return buckets;
  }

  int size() {
    return size;
  }

  /** The one that was added or renewed before all others, or {@link #NONE}. */
  int oldest() {
    return oldest;
  }

  long hash(QuestionKey key) {
    long hash = keyed.mix(keyed.seed(), key.clientHi);
    hash = keyed.mix(hash, key.clientLo);
    hash = keyed.mix(hash, ports(key));
    return keyed.mix(keyed.mix(hash, key.asked), key.name(), key.nameLength());
  }

  /** The ports and the id without the server's port. */
  private static long ports(QuestionKey key) {
    return key.ports & ~SERVER_PORT;
  }

  /** The youngest that is like this key but for the server, or {@link #NONE}. */
  int first(QuestionKey key, long hash) {
    return matching(buckets[KeyedHash.bucket(hash, buckets.length)], key, hash);
  }

  /** The next that is like this key but for the server, or {@link #NONE}. */
  int next(int question, QuestionKey key, long hash) {
    return matching(next[question], key, hash);
  }

  private int matching(int from, QuestionKey key, long hash) {
    int question = from;
    while (question != NONE && !isLike(question, key, hash)) {
      question = next[question];
    }
    return question;
  }

  private boolean isLike(int question, QuestionKey key, long hash) {
    return hashes[question] == hash
        && clientLo[question] == key.clientLo
        && clientHi[question] == key.clientHi
        && (ports[question] & ~SERVER_PORT) == ports(key)
        && asked[question] == key.asked
        && key.isName(names[question], nameLengths[question]);
  }

  /** Whether this server is the one that was asked. */
  boolean wasAskedOf(int question, long hi, long lo, int port) {
    return serverLo[question] == lo
        && serverHi[question] == hi
        && (ports[question] & SERVER_PORT) == (long) port << 16;
  }

  /** Whether this server is the one that DNAT led to. */
  boolean hasReached(int question, long hi, long lo, int port) {
    return reachedPort[question] == port && reachedLo[question] == lo && reachedHi[question] == hi;
  }

  /** Adds a question, the youngest; what its client is and when it ends is for the caller. */
  int add(QuestionKey key, long hash) {
    if (free == NONE && used == endNs.length) {
      grow();
    }
    int question = free;
    if (question == NONE) {
      question = used++;
    } else {
      free = next[question];
    }
    size++;
    clientHi[question] = key.clientHi;
    clientLo[question] = key.clientLo;
    serverHi[question] = key.serverHi;
    serverLo[question] = key.serverLo;
    ports[question] = key.ports;
    asked[question] = key.asked;
    hashes[question] = hash;
    keepName(question, key);
    linkBucket(question);
    linkYoungest(question);
    return question;
  }

  private void keepName(int question, QuestionKey key) {
    int length = key.nameLength();
    if (names[question].length < length) {
      names[question] = new byte[(length + NAME_GRAIN - 1) / NAME_GRAIN * NAME_GRAIN];
    }
    System.arraycopy(key.name(), 0, names[question], 0, length);
    nameLengths[question] = length;
  }

  /** Makes it the youngest. */
  void renew(int question) {
    unlinkAge(question);
    linkYoungest(question);
  }

  void remove(int question) {
    int bucket = KeyedHash.bucket(hashes[question], buckets.length);
    if (buckets[bucket] == question) {
      buckets[bucket] = next[question];
    } else {
      int before = buckets[bucket];
      while (next[before] != question) {
        before = next[before];
      }
      next[before] = next[question];
    }
    unlinkAge(question);
    next[question] = free;
    free = question;
    size--;
  }

  private void linkBucket(int question) {
    int bucket = KeyedHash.bucket(hashes[question], buckets.length);
    next[question] = buckets[bucket];
    buckets[bucket] = question;
  }

  private void linkYoungest(int question) {
    older[question] = youngest;
    younger[question] = NONE;
    if (youngest == NONE) {
      oldest = question;
    } else {
      younger[youngest] = question;
    }
    youngest = question;
  }

  private void unlinkAge(int question) {
    int before = older[question];
    int after = younger[question];
    if (before == NONE) {
      oldest = after;
    } else {
      younger[before] = after;
    }
    if (after == NONE) {
      youngest = before;
    } else {
      older[after] = before;
    }
  }

  /** All numbers are taken. */
  private void grow() {
    int capacity = 2 * endNs.length;
    clientHi = Arrays.copyOf(clientHi, capacity);
    clientLo = Arrays.copyOf(clientLo, capacity);
    serverHi = Arrays.copyOf(serverHi, capacity);
    serverLo = Arrays.copyOf(serverLo, capacity);
    ports = Arrays.copyOf(ports, capacity);
    asked = Arrays.copyOf(asked, capacity);
    reachedHi = Arrays.copyOf(reachedHi, capacity);
    reachedLo = Arrays.copyOf(reachedLo, capacity);
    reachedPort = Arrays.copyOf(reachedPort, capacity);
    endNs = Arrays.copyOf(endNs, capacity);
    client = Arrays.copyOf(client, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    names = Arrays.copyOf(names, capacity);
    Arrays.fill(names, used, capacity, NO_NAME);
    nameLengths = Arrays.copyOf(nameLengths, capacity);
    next = Arrays.copyOf(next, capacity);
    older = Arrays.copyOf(older, capacity);
    younger = Arrays.copyOf(younger, capacity);
    buckets = emptyBuckets(capacity);
    for (int question = 0; question < used; question++) {
      linkBucket(question);
    }
  }
}
