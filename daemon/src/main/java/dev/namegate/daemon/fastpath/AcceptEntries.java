// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.dns.AnswerLinks;
import java.util.concurrent.TimeUnit;

/**
 * The entries of all accept sets: the mirror, and the train to the kernel that keeps the two alike.
 *
 * <p><b>Threading:</b> confined to the thread that writes to the sets.
 *
 * <p><b>Ordering:</b> the kernel has acted on what was asked when {@link #flush} returns.
 *
 * <p><b>Bounds:</b> {@code maxEntries}; where there is no room, the oldest goes.
 */
@HotPath
final class AcceptEntries {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  /** A timeout that is longer by less is not worth a message. */
  private static final long WORTH_NS = SECOND_NS;

  /** A quarter of a million in a second, if there is a time to sweep each millisecond. */
  private static final int SWEPT_AT_A_TIME = 256;

  /** Of so many links at most {@link #readAhead} reads what belongs to them. */
  static final int READ_AHEAD = 64;

  /** Fewer are not worth it: they are met at once. */
  private static final int LEAST_AHEAD = 4;

  private final int[] ahead = new int[READ_AHEAD];

  /** What keeps the compiler from leaving the reads out. */
  @SuppressWarnings("UnusedVariable")
  private long seen;

  private final EntryMirror mirror;
  private final EntryTrain train;
  private final Counters.Writer counters;

  /** The entry that is deleted, maybe to make room for another. */
  private final EntryKeys leaving = new EntryKeys(1);

  /**
   * @param trainCapacity of the sink
   */
  AcceptEntries(AcceptSetSink sink, int trainCapacity, int maxEntries, Counters.Writer counters) {
    this.counters = counters;
    mirror = new EntryMirror(maxEntries);
    train = new EntryTrain(sink, trainCapacity, mirror, counters);
  }

  int size() {
    return mirror.size();
  }

  /**
   * Lets the entry with the key at this index live for these seconds from now on.
   *
   * @param missing whether the kernel is known not to have it, whatever the mirror says; else one
   *     that lives about as long is left as it is
   */
  void put(EntryKeys keys, int at, int seconds, boolean missing, long nowNs) {
    long expiryNs = nowNs + seconds * SECOND_NS;
    train.makeRoom(); // first: a full train goes off, and may change the mirror
    int entry = mirror.find(keys, at);
    if (entry != EntryMirror.NONE
        && !missing
        && mirror.expiryNs(entry) - nowNs > 0
        && expiryNs - mirror.expiryNs(entry) <= WORTH_NS) {
      return;
    }
    if (entry == EntryMirror.NONE && mirror.isFull()) {
      evict(nowNs);
    }
    train.add(keys, at, seconds);
    if (entry == EntryMirror.NONE) {
      mirror.add(keys, at, expiryNs);
    } else {
      mirror.renew(entry, expiryNs);
    }
  }

  /**
   * Reads what {@link #put} will need for keys that differ from the one at this index in the
   * destination alone: for all of them at once, so that they are waited for together. That it may
   * be another entry does no harm.
   *
   * @param first the first of the links whose addresses are the destinations
   */
  void readAhead(EntryKeys like, int at, AnswerLinks links, int first) {
    int count = Math.min(READ_AHEAD, links.size() - first);
    if (count < LEAST_AHEAD) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int link = first + i;
      ahead[i] = mirror.firstLike(like, at, links.addressHi(link), links.addressLo(link));
    }
    long read = 0;
    for (int i = 0; i < count; i++) {
      read += mirror.read(ahead[i]);
    }
    seen += read;
  }

  private void evict(long nowNs) {
    int oldest = mirror.oldest();
    if (mirror.expiryNs(oldest) - nowNs > 0) {
      counters.increment(Counter.FAST_PATH_EVICTED);
      delete(oldest);
    } else {
      mirror.remove(oldest);
    }
  }

  private void delete(int entry) {
    mirror.copyKey(entry, leaving, 0);
    mirror.remove(entry); // first: a full train goes off, and may change the mirror
    train.delete(leaving, 0);
  }

  /** Deletes all that lead to this address. */
  void deleteTo(long hi, long lo) {
    int entry = mirror.firstTo(hi, lo);
    while (entry != EntryMirror.NONE) {
      delete(entry);
      entry = mirror.firstTo(hi, lo);
    }
  }

  /** Deletes all, one by one. */
  void deleteAll() {
    while (mirror.size() > 0) {
      delete(mirror.oldest());
    }
  }

  /** The sets are new, and empty. */
  void emptied() {
    mirror.clear();
    train.repaired();
  }

  /** Sends what waits. */
  void flush() {
    train.flush();
  }

  /** Forgets some of what is over. */
  void sweep(long nowNs) {
    mirror.sweep(nowNs, SWEPT_AT_A_TIME);
  }

  /** Whether the kernel may hold what was to be deleted, or what nobody knows of. */
  boolean isBroken() {
    return train.isBroken();
  }

  /** The kernel may hold what nobody knows of. */
  void breaks() {
    train.breaks();
  }

  /** The last {@link dev.namegate.nfq.AcceptSetFailure} since this was asked. */
  int takeLastFailure() {
    return train.takeLastFailure();
  }
}
