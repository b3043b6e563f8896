// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.AcceptSetBatch;
import dev.namegate.nfq.AcceptSetFailure;
import dev.namegate.packet.HotPath;

/**
 * Additions and deletions on their way to the kernel, and what to make of those that fail.
 *
 * <p>An addition that failed is taken out of the mirror, and deleted in case an older one stands in
 * its place. A deletion that failed leaves what nobody wants: then the train is broken, until the
 * sets are made anew.
 *
 * <p><b>Threading:</b> confined to the thread that writes to the sets.
 *
 * <p><b>Bounds:</b> goes off by itself when it is full.
 */
@HotPath
final class EntryTrain {
  private final AcceptSetSink sink;
  private final EntryMirror mirror;
  private final Counters.Writer counters;

  /** What was handed to the sink since the last flush, by its position there. */
  private final EntryKeys sent;

  private final boolean[] isDeletion;

  /** What has to be deleted because its addition failed. */
  private final EntryKeys failed;

  private int pending;
  private boolean broken;
  private int lastFailure;

  /**
   * @param capacity of the sink
   */
  EntryTrain(AcceptSetSink sink, int capacity, EntryMirror mirror, Counters.Writer counters) {
    this.sink = sink;
    this.mirror = mirror;
    this.counters = counters;
    sent = new EntryKeys(capacity);
    isDeletion = new boolean[capacity];
    failed = new EntryKeys(capacity);
  }

  /** Adds the entry with the key at this index; false if the kernel does not take such. */
  boolean add(EntryKeys keys, int at, int timeoutSeconds) {
    int position = tryAdd(keys, at, timeoutSeconds);
    if (position == AcceptSetBatch.BATCH_FULL) {
      flush();
      position = tryAdd(keys, at, timeoutSeconds);
    }
    return note(position, keys, at, false);
  }

  private int tryAdd(EntryKeys keys, int at, int timeoutSeconds) {
    return sink.add(
        keys.set(at),
        keys.dstHi[at],
        keys.dstLo[at],
        keys.protocol(at),
        keys.port(at),
        keys.srcHi[at],
        keys.srcLo[at],
        timeoutSeconds);
  }

  /** Deletes the entry with the key at this index. */
  void delete(EntryKeys keys, int at) {
    int position = tryDelete(keys, at);
    if (position == AcceptSetBatch.BATCH_FULL) {
      flush();
      position = tryDelete(keys, at);
    }
    if (!note(position, keys, at, true)) {
      broken = true;
    }
  }

  private int tryDelete(EntryKeys keys, int at) {
    return sink.delete(
        keys.set(at),
        keys.dstHi[at],
        keys.dstLo[at],
        keys.protocol(at),
        keys.port(at),
        keys.srcHi[at],
        keys.srcLo[at]);
  }

  private boolean note(int position, EntryKeys keys, int at, boolean deletion) {
    if (position < 0) {
      return false;
    }
    sent.copy(keys, at, position);
    isDeletion[position] = deletion;
    pending++;
    return true;
  }

  /** Sends what is there: when this returns, the kernel has acted. */
  void flush() {
    if (pending == 0) {
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

  /** Sends; returns how many additions failed. */
  private int send() {
    int adds = 0;
    for (int i = 0; i < pending; i++) {
      adds += isDeletion[i] ? 0 : 1;
    }
    int deletes = pending - adds;
    pending = 0;
    int failures = sink.flush();
    int failedAdds = 0;
    for (int i = 0; i < failures; i++) {
      int position = sink.failedPosition(i);
      lastFailure = sink.failure(i);
      counters.increment(counter(lastFailure));
      if (isDeletion[position]) {
        broken = true;
      } else {
        failed.copy(sent, position, failedAdds++);
      }
    }
    for (int i = 0; i < failedAdds; i++) {
      int entry = mirror.find(failed, i);
      if (entry != EntryMirror.NONE) {
        mirror.remove(entry);
      }
    }
    counters.add(Counter.FAST_PATH_ADDED, adds - failedAdds);
    counters.add(Counter.FAST_PATH_DELETED, deletes - (failures - failedAdds));
    return failedAdds;
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
