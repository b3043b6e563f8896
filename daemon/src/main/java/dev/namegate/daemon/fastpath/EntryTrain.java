// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.AcceptSetFailure;
import dev.namegate.packet.HotPath;

/**
 * Additions and deletions on their way to the kernel, and what to make of those that fail.
 *
 * <p>An addition that failed is taken out of the mirror, and deleted in case an older one stands in
 * its place. A deletion that failed leaves what nobody wants: then the train is broken, until the
 * sets are made anew.
 *
 * <p><b>Ordering:</b> the deletions go first, so that either kind fills few messages. What is added
 * and then deleted goes in two trains.
 *
 * <p><b>Threading:</b> confined to the thread that writes to the sets.
 *
 * <p><b>Bounds:</b> goes off by itself when it is full.
 */
@HotPath
final class EntryTrain {
  /** Bits of {@link #marks}, a power of two; many more than a train has entries. */
  private static final int MARKS = 1 << 14;

  private final AcceptSetSink sink;
  private final EntryMirror mirror;
  private final Counters.Writer counters;
  private final int capacity;

  private final EntryKeys deletions;
  private final EntryKeys additions;
  private final int[] timeouts;
  private int deletes;
  private int adds;

  /** Has a bit for each destination in {@link #additions}, and maybe for others. */
  private final long[] marks = new long[MARKS / Long.SIZE];

  /** Of what was handed to the sink, by its position there: the addition, or ~ the deletion. */
  private final int[] sent;

  /** What has to be deleted because its addition failed. */
  private final EntryKeys failed;

  private boolean broken;
  private int lastFailure;

  /**
   * @param capacity of the sink
   */
  EntryTrain(AcceptSetSink sink, int capacity, EntryMirror mirror, Counters.Writer counters) {
    this.sink = sink;
    this.mirror = mirror;
    this.counters = counters;
    this.capacity = capacity;
    deletions = new EntryKeys(capacity);
    additions = new EntryKeys(capacity);
    timeouts = new int[capacity];
    sent = new int[capacity];
    failed = new EntryKeys(capacity);
  }

  /** Makes room for one entry. */
  void makeRoom() {
    if (deletes + adds == capacity) {
      flush();
    }
  }

  /** Adds the entry with the key at this index; one that the kernel does not take fails. */
  void add(EntryKeys keys, int at, int timeoutSeconds) {
    makeRoom();
    int mark = mark(keys, at);
    marks[mark >>> 6] |= 1L << mark;
    additions.copy(keys, at, adds);
    timeouts[adds++] = timeoutSeconds;
  }

  /** Deletes the entry with the key at this index. */
  void delete(EntryKeys keys, int at) {
    int mark = mark(keys, at);
    if ((marks[mark >>> 6] & 1L << mark) != 0) {
      flush();
    }
    makeRoom();
    deletions.copy(keys, at, deletes++);
  }

  private static int mark(EntryKeys keys, int at) {
    long mixed = (keys.dstLo[at] + keys.place[at]) * 0x9e37_79b9_7f4a_7c15L;
    mixed = (mixed ^ keys.dstHi[at] ^ keys.srcLo[at]) * 0xbf58_476d_1ce4_e5b9L;
    return (int) (mixed >>> 40) & (MARKS - 1);
  }

  /** Sends what is there: when this returns, the kernel has acted. */
  void flush() {
    if (deletes + adds == 0) {
      return;
    }
    int toDelete = send();
    for (int i = 0; i < toDelete; i++) {
      delete(failed, i);
    }
    if (toDelete > 0 && send() > 0) {
      broken = true;
    }
  }

  /** Sends; returns how many additions failed that the kernel was asked for. */
  private int send() {
    int asked = handOver();
    int failures = sink.flush();
    int failedAdds = 0;
    for (int i = 0; i < failures; i++) {
      int which = sent[sink.failedPosition(i)];
      lastFailure = sink.failure(i);
      counters.increment(counter(lastFailure));
      if (which < 0) {
        broken = true;
      } else {
        failed.copy(additions, which, failedAdds++);
        forget(which);
      }
    }
    counters.add(Counter.FAST_PATH_ADDED, asked - failedAdds);
    counters.add(Counter.FAST_PATH_DELETED, deletes - (failures - failedAdds));
    empty();
    return failedAdds;
  }

  /** The kernel does not have this addition. */
  private void forget(int addition) {
    int entry = mirror.find(additions, addition);
    if (entry != EntryMirror.NONE) {
      mirror.remove(entry);
    }
  }

  /** Hands all to the sink; returns how many of the additions it takes. */
  private int handOver() {
    for (int i = 0; i < deletes; i++) {
      int position = delete(i);
      if (position >= 0) {
        sent[position] = ~i;
      } else {
        broken = true;
      }
    }
    int taken = 0;
    for (int i = 0; i < adds; i++) {
      int position = add(i);
      if (position >= 0) {
        sent[position] = i;
        taken++;
      } else {
        forget(i);
      }
    }
    return taken;
  }

  private int delete(int i) {
    return sink.delete(
        deletions.set(i),
        deletions.dstHi[i],
        deletions.dstLo[i],
        deletions.protocol(i),
        deletions.port(i),
        deletions.srcHi[i],
        deletions.srcLo[i]);
  }

  private int add(int i) {
    return sink.add(
        additions.set(i),
        additions.dstHi[i],
        additions.dstLo[i],
        additions.protocol(i),
        additions.port(i),
        additions.srcHi[i],
        additions.srcLo[i],
        timeouts[i]);
  }

  private void empty() {
    for (int i = 0; i < adds; i++) {
      marks[mark(additions, i) >>> 6] = 0;
    }
    adds = 0;
    deletes = 0;
  }

  private static Counter counter(int failure) {
    return switch (failure) {
      case AcceptSetFailure.FULL -> Counter.FAST_PATH_REFUSED_FULL;
      case AcceptSetFailure.NO_MEMORY -> Counter.FAST_PATH_NO_MEMORY;
      case AcceptSetFailure.NO_SET -> Counter.FAST_PATH_NO_SET;
      default -> Counter.FAST_PATH_FAILED;
    };
  }

  /** The last {@link AcceptSetFailure} since this was asked. */
  int takeLastFailure() {
    int last = lastFailure;
    lastFailure = AcceptSetFailure.NONE;
    return last;
  }

  /** Whether the kernel may hold what was to be deleted. */
  boolean isBroken() {
    return broken;
  }

  /** The kernel may hold what nobody knows of. */
  void breaks() {
    broken = true;
  }

  /** The sets are new, and empty. */
  void repaired() {
    broken = false;
  }
}
