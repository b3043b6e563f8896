// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.packet.HotPath;

/**
 * What identifies entries of the kernel's accept sets: the set, the destination with protocol and
 * port, and the source where the set has one, else zeros. One in each index.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
@HotPath
final class EntryKeys {
  /** Stands in {@link #place} where there is no entry. */
  static final long NO_PLACE = -1;

  final long[] dstHi;
  final long[] dstLo;
  final long[] srcHi;
  final long[] srcLo;

  /** The handle of the set (the upper half), the protocol (bits 16 to 23) and the port. */
  final long[] place;

  EntryKeys(int capacity) {
    dstHi = new long[capacity];
    dstLo = new long[capacity];
    srcHi = new long[capacity];
    srcLo = new long[capacity];
    place = new long[capacity];
  }

  void destination(int at, long hi, long lo) {
    dstHi[at] = hi;
    dstLo[at] = lo;
  }

  void source(int at, long hi, long lo) {
    srcHi[at] = hi;
    srcLo[at] = lo;
  }

  /**
   * @param portKey protocol and port in one number
   */
  void place(int at, int set, int portKey) {
    place[at] = (long) set << 32 | portKey;
  }

  void copy(EntryKeys of, int from, int to) {
    dstHi[to] = of.dstHi[from];
    dstLo[to] = of.dstLo[from];
    srcHi[to] = of.srcHi[from];
    srcLo[to] = of.srcLo[from];
    place[to] = of.place[from];
  }

  int set(int at) {
    return (int) (place[at] >>> 32);
  }

  int protocol(int at) {
    return (int) place[at] >>> 16 & 0xff;
  }

  int port(int at) {
    return (int) place[at] & 0xffff;
  }
}
