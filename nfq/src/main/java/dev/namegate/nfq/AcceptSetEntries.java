// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.HotPath;

/**
 * The entries of one batch in columns, in the order in which the kernel shall see them.
 *
 * <p><b>Bounds:</b> as many as its capacity; nothing grows.
 */
@HotPath
final class AcceptSetEntries {
  /** In place of a timeout: the entry is to be deleted. */
  static final int DELETE = 0;

  private final long[] dstHi;
  private final long[] dstLo;
  private final long[] srcHi;
  private final long[] srcLo;
  private final int[] sets;
  private final int[] protocols;
  private final int[] ports;
  private final int[] timeouts;
  private int count;

  AcceptSetEntries(int capacity) {
    this.dstHi = new long[capacity];
    this.dstLo = new long[capacity];
    this.srcHi = new long[capacity];
    this.srcLo = new long[capacity];
    this.sets = new int[capacity];
    this.protocols = new int[capacity];
    this.ports = new int[capacity];
    this.timeouts = new int[capacity];
  }

  /** Appends an entry, with {@link #DELETE} for a timeout to delete it; returns its position. */
  int append(
      int set,
      long toHi,
      long toLo,
      int protocol,
      int port,
      long fromHi,
      long fromLo,
      int timeoutSeconds) {
    int at = count++;
    sets[at] = set;
    dstHi[at] = toHi;
    dstLo[at] = toLo;
    protocols[at] = protocol;
    ports[at] = port;
    srcHi[at] = fromHi;
    srcLo[at] = fromLo;
    timeouts[at] = timeoutSeconds;
    return at;
  }

  int count() {
    return count;
  }

  int capacity() {
    return sets.length;
  }

  void clear() {
    count = 0;
  }

  /** Whether one message can carry both: the same command for the same set. */
  boolean isAlike(int one, int other) {
    return sets[one] == sets[other] && isDelete(one) == isDelete(other);
  }

  boolean isDelete(int at) {
    return timeouts[at] == DELETE;
  }

  int set(int at) {
    return sets[at];
  }

  long dstHi(int at) {
    return dstHi[at];
  }

  long dstLo(int at) {
    return dstLo[at];
  }

  long srcHi(int at) {
    return srcHi[at];
  }

  long srcLo(int at) {
    return srcLo[at];
  }

  int protocol(int at) {
    return protocols[at];
  }

  int port(int at) {
    return ports[at];
  }

  int timeout(int at) {
    return timeouts[at];
  }
}
