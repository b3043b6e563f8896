// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.KeyedHash;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The published side of the cache: scope and address → the domain sets that contain it, for one
 * policy.
 *
 * <pre>
 *   hash  [ directory bits | … | start | tag ]
 *               │
 *   directory ──┴─► [ segment a | segment a | segment b | segment c ]     extendible hashing:
 *                        │                                                a segment has 2^n places
 *                        └─► slots, rows, sets: {@link TableSegment}
 * </pre>
 *
 * <p>Primitive arrays throughout: no object for an address, nothing for a collector to follow. An
 * IPv4 address of one domain set takes 23 to 30 bytes here, an IPv6 one 8 to 10 more, one of a
 * scope as much again; the arrays of several domain sets are shared by the addresses that have the
 * same.
 *
 * <p><b>Assumptions</b>
 *
 * <ol>
 *   <li>One thread at a time writes, the cache's writer; hand-over between threads is ordered.
 *   <li>An address that stays learnt is replaced in its slot, never removed and put again.
 * </ol>
 *
 * <p><b>Guarantees</b>
 *
 * <ol>
 *   <li>{@link #find} views an entry of exactly the address asked for, completely written: a slot
 *       changes by a release write and is read with acquire, the row that it shows carries its own
 *       address, which is compared, and is never used for another address or other sets.
 *   <li>An address that is in the table throughout a lookup is found: within one segment an entry
 *       never moves to another slot, a slot that a probe had to pass becomes "gone" and not empty,
 *       and a new segment or directory is complete before the one write that publishes it. The old
 *       one is not written to afterwards, so a lookup that began in it answers as of a moment
 *       during the call.
 *   <li>After {@link DnsCache#learn} has returned, any lookup that starts later finds what it
 *       taught.
 * </ol>
 *
 * <p><b>Progress:</b> lookup is wait-free: at most one pass over the slots of one segment, in
 * practice one or two; no retry, no lock, no allocation. The writer never waits for a reader.
 *
 * <p><b>Bounds:</b> as many entries as the cache has addresses with a domain set. A segment whose
 * rows are used up, live and gone, is copied, or becomes two: at most {@value
 * TableSegment#MAX_ROWS} rows once per a quarter as many changes, so the writer never stops for
 * long however large the table is. Segments that are nearly empty become one. The hash is keyed at
 * random per table: nobody who can choose addresses can choose collisions.
 *
 * <p><b>Ownership:</b> a {@link #successor} begins with the segments of the table before it. It
 * copies one before the first write to it, so the table before stays as it was.
 */
public final class AddressTable {
  /** Two neighbours that have fewer live rows than that together become one. */
  private static final int MERGED_LIVE = TableSegment.MAX_LIVE / 3;

  /** How often, in removals, it is looked whether a segment can be merged. */
  private static final int MERGE_EVERY = 64;

  /** A segment that becomes two has hashes that differ before that many bits, or bad luck. */
  private static final int MAX_DEPTH = 24;

  private final NameMatcher matcher;
  private final KeyedHash keyed;

  /** How many tables were before it; segments of another number are not written to here. */
  private final int generation;

  /** Written by the writer, when the directory doubles or halves. */
  private volatile Directory directory;

  /** Writer only. */
  private int live;

  /** Of this table and all that share segments with it. */
  private final Object endsLock;

  private final Memberships endsScratch = new Memberships();

  /** Is told of addresses. */
  @FunctionalInterface
  interface Visitor {
    void visit(long hi, long lo);
  }

  /** The segments by the leading bits of the hash. */
  private static final class Directory {
    final AtomicReferenceArray<TableSegment> segments;
    final int depth;

    Directory(int depth) {
      this.depth = depth;
      segments = new AtomicReferenceArray<>(1 << depth);
    }

    int place(long hash) {
      return depth == 0 ? 0 : (int) (hash >>> (Long.SIZE - depth));
    }

    TableSegment of(long hash) {
      return segments.getAcquire(place(hash));
    }
  }

  AddressTable(NameMatcher matcher, int expectedEntries) {
    this.matcher = matcher;
    keyed = new KeyedHash();
    endsLock = new Object();
    generation = 0;
    directory = directoryFor(expectedEntries);
  }

  /** Makes room for so many entries at once, unless there are some already. Writer only. */
  void reserve(int expectedEntries) {
    if (live == 0) {
      directory = directoryFor(expectedEntries);
    }
  }

  private Directory directoryFor(int expectedEntries) {
    int depth = 0;
    while (depth < MAX_DEPTH && expectedEntries >>> depth > TableSegment.MAX_LIVE * 3 / 4) {
      depth++;
    }
    Directory first = new Directory(depth);
    for (int i = 0; i < first.segments.length(); i++) {
      first.segments.setPlain(i, roomFor(expectedEntries >>> depth, depth, 2));
    }
    return first;
  }

  private AddressTable(NameMatcher matcher, AddressTable before) {
    this.matcher = matcher;
    keyed = before.keyed;
    endsLock = before.endsLock;
    generation = before.generation + 1;
    live = before.live;
    Directory old = before.directory;
    Directory copy = new Directory(old.depth);
    for (int i = 0; i < copy.segments.length(); i++) {
      copy.segments.setPlain(i, old.segments.getPlain(i));
    }
    directory = copy;
  }

  /**
   * A table of the same content for another matcher. This one must not be written to afterwards;
   * whoever reads it goes on. Writer only.
   */
  AddressTable successor(NameMatcher newMatcher) {
    return new AddressTable(newMatcher, this);
  }

  /** The matcher, and with it the policy, whose domain set ids stand in this table. */
  public NameMatcher matcher() {
    return matcher;
  }

  long hash(int scope, long hi, long lo) {
    long seed = scope == DnsCache.ANYONE ? keyed.seed() : keyed.mix(keyed.seed(), scope);
    return keyed.mix(keyed.mix(seed, hi), lo);
  }

  /** {@link #find(int, long, long, Memberships)} for {@link DnsCache#ANYONE}. */
  @HotPath
  public boolean find(long hi, long lo, Memberships into) {
    return find(DnsCache.ANYONE, hi, lo, into);
  }

  /**
   * Turns the view to the domain sets of this address for this scope, or to nothing if no set
   * contains it. Returns whether there is any.
   */
  @HotPath
  public boolean find(int scope, long hi, long lo, Memberships into) {
    long hash = hash(scope, hi, lo);
    if (directory.of(hash).find(hash, scope, hi, lo, into)) {
      return true;
    }
    into.clear();
    return false;
  }

  /** {@link #find} for who has no view of his own: the domain sets, or null if there is none. */
  public @Nullable Memberships lookup(long hi, long lo) {
    return lookup(DnsCache.ANYONE, hi, lo);
  }

  /** {@link #find} for who has no view of his own: the domain sets, or null if there is none. */
  public @Nullable Memberships lookup(int scope, long hi, long lo) {
    Memberships found = new Memberships();
    return find(scope, hi, lo, found) ? found : null;
  }

  /**
   * The addresses that some domain set contains now and not any more at that time; at most so many,
   * in no order. Any thread; threads that ask at once wait for each other, nobody else does.
   *
   * <p><b>Bounds:</b> a segment is searched if something in it may end by then: what the search
   * before has found is remembered until something is learnt anew there. Where all is known and
   * lasts, it is a look at each segment, one for some 2,000 addresses.
   */
  public List<IpAddress> endingBefore(long untilNs, long nowNs, int max) {
    List<IpAddress> ending = new ArrayList<>();
    synchronized (endsLock) {
      Directory current = directory;
      for (int i = 0; i < current.segments.length() && ending.size() < max; ) {
        TableSegment segment = current.segments.getAcquire(i);
        if (segment.mayEnd(untilNs)) {
          segment.visitEnding(
              nowNs,
              untilNs,
              endsScratch,
              (hi, lo) -> {
                if (ending.size() < max) {
                  ending.add(new IpAddress(hi, lo));
                }
              });
        }
        i += 1 << Math.max(0, current.depth - segment.depth);
      }
    }
    return ending;
  }

  /** Reads where {@link #find} begins to look; the number is of no meaning. Writer only. */
  int readSlot(int scope, long hi, long lo) {
    long hash = hash(scope, hi, lo);
    return directory.of(hash).readSlot(hash);
  }

  /** Gives the address what was collected, which is something. Writer only. */
  void put(int scope, long hi, long lo, MembershipsBuilder content) {
    long hash = hash(scope, hi, lo);
    TableSegment segment = own(hash);
    if (segment.renew(hash, scope, hi, lo, content)) {
      return;
    }
    int stride = TableSegment.strideOf(scope, hi);
    while (segment.isFull() || segment.stride() < stride) {
      replace(segment, hash, Math.max(segment.stride(), stride));
      segment = directory.of(hash);
    }
    if (segment.put(hash, scope, hi, lo, content)) {
      live++;
    }
  }

  /** Removes the entry of this address, if there is one. Writer only. */
  void remove(int scope, long hi, long lo) {
    long hash = hash(scope, hi, lo);
    if (!directory.of(hash).has(hash, scope, hi, lo)) {
      return;
    }
    TableSegment segment = own(hash);
    segment.remove(hash, scope, hi, lo);
    live--;
    if (segment.live() % MERGE_EVERY == 0 && merge(segment, hash)) {
      return;
    }
    if (segment.isSparse()) {
      replace(segment, hash, segment.stride());
    }
  }

  /** The segment of this hash, which may be written to. */
  private TableSegment own(long hash) {
    TableSegment segment = directory.of(hash);
    if (segment.generation != generation) {
      replace(segment, hash, segment.stride());
      segment = directory.of(hash);
    }
    return segment;
  }

  /** Puts a copy with free rows, or two, in the place of a segment. */
  private void replace(TableSegment old, long hash, int stride) {
    if (old.live() <= TableSegment.MAX_LIVE || old.depth >= MAX_DEPTH) {
      TableSegment fresh = roomFor(old.live(), old.depth, stride);
      old.copyTo(this, unused -> fresh);
      publish(fresh, hash);
      return;
    }
    if (old.depth == directory.depth) {
      doubleDirectory();
    }
    int depth = old.depth + 1;
    long bit = 1L << (Long.SIZE - depth);
    int ones = old.countWith(bit, this);
    TableSegment left = roomFor(old.live() - ones, depth, stride);
    TableSegment right = roomFor(ones, depth, stride);
    old.copyTo(this, rowHash -> (rowHash & bit) == 0 ? left : right);
    publish(left, hash & ~bit);
    publish(right, hash | bit);
  }

  /** A segment for so many live rows and a quarter as many that come or change. */
  private TableSegment roomFor(int live, int depth, int stride) {
    if (live >= TableSegment.MAX_ROWS) {
      throw new IllegalStateException("hashes of " + live + " addresses begin alike");
    }
    return new TableSegment(generation, depth, live + live / 4 + 1, stride);
  }

  /** Makes one of a segment and its neighbour, if both have little. */
  private boolean merge(TableSegment segment, long hash) {
    if (segment.depth == 0) {
      return false;
    }
    TableSegment other = directory.of(hash ^ 1L << (Long.SIZE - segment.depth));
    int sum = segment.live() + other.live();
    if (other.depth != segment.depth || sum >= MERGED_LIVE) {
      return false;
    }
    int stride = Math.max(segment.stride(), other.stride());
    TableSegment fresh = roomFor(sum, segment.depth - 1, stride);
    segment.copyTo(this, unused -> fresh);
    other.copyTo(this, unused -> fresh);
    publish(fresh, hash);
    halveDirectory();
    return true;
  }

  /** Puts a complete segment in all its places; those before it have one prefix of the hash. */
  private void publish(TableSegment segment, long hash) {
    Directory current = directory;
    int places = 1 << (current.depth - segment.depth);
    int first = current.place(hash) & -places;
    for (int i = first; i < first + places; i++) {
      current.segments.setRelease(i, segment);
    }
  }

  private void doubleDirectory() {
    Directory old = directory;
    Directory fresh = new Directory(old.depth + 1);
    for (int i = 0; i < fresh.segments.length(); i++) {
      fresh.segments.setPlain(i, old.segments.getPlain(i >>> 1));
    }
    directory = fresh; // publishes the plain writes above
  }

  /** Halves the directory as often as no segment needs all of its depth. */
  private void halveDirectory() {
    Directory old = directory;
    for (int i = 0; i < old.segments.length(); i++) {
      if (old.segments.getPlain(i).depth == old.depth) {
        return;
      }
    }
    Directory fresh = new Directory(old.depth - 1);
    for (int i = 0; i < fresh.segments.length(); i++) {
      fresh.segments.setPlain(i, old.segments.getPlain(i << 1));
    }
    directory = fresh;
    halveDirectory();
  }

  /** Writer only. */
  int size() {
    return live;
  }

  /** For how many entries there is room. Writer only. */
  int capacity() {
    int rows = 0;
    Directory current = directory;
    for (int i = 0; i < current.segments.length(); ) {
      TableSegment segment = current.segments.getPlain(i);
      rows += segment.capacity();
      i += 1 << (current.depth - segment.depth);
    }
    return rows;
  }
}
