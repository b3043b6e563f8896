// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.KeyedHash;
import java.util.Arrays;

/**
 * The learnt names, each of one scope: known as long as a link starts from it or leads to it. A
 * name is a number, its handle, which is that of its row; 0 is none.
 *
 * <pre>
 *   handle │ scope │ state             │ claims     │ tail       │ octets, the first 48
 *   ───────┼───────┼───────────────────┼────────────┼────────────┼─────────────────────
 *        1 │ …     │ flags 4│ length 8 │ ClaimsPool │ NameTails  │ 3 w w w 7 e x a m …
 *        2 │ (free: tail is the next free one)
 * </pre>
 *
 * <p>Flags: whether the name is known; is <i>claimed</i>, that is, which of two queues its links
 * stand in; is in the work list of {@link ClaimSpreader}; was found by a retraction already.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> as many rows as there ever were names at a time. A name takes 64 octets, 12 of
 * the index and 24 of its lists outside of the heap, more only if it is longer than {@value
 * #INLINE} octets; in the heap a reference.
 */
final class Names {
  private static final int LENGTH = 0xff;
  private static final int LIVE = 0x100;
  private static final int CLAIMED = 0x200;
  private static final int AWAITING_SPREAD = 0x400;
  private static final int VISITED = 0x800;

  // The fields of a row: a name that is not long is found by one line of the processor's cache.
  private static final int SCOPE = 0;
  private static final int STATE = 4;
  private static final int CLAIMS = 8;
  private static final int TAIL = 12;
  private static final int OCTETS = 16;
  private static final int ROW_OCTETS = 64;

  static final int INLINE = ROW_OCTETS - OCTETS;

  private final KeyedHash keyed = new KeyedHash();
  private final HandleIndex index = new HandleIndex();
  private final Rows rows = new Rows(ROW_OCTETS);
  private final Handles handles = new Handles(rows, TAIL);
  private final NameTails tails = new NameTails();
  private final OwnSets ownSets = new OwnSets();
  private final ClaimsPool claims = new ClaimsPool();
  private final byte[] scratch = new byte[DomainName.MAX_LENGTH];

  /** The reverse edges: to each name, from those that it is an alias of. */
  final LinkLists incoming;

  final LinkLists aliases;
  final LinkLists addresses;

  /** How often a name came or went. */
  private long changes;

  Names(Links links) {
    incoming = new LinkLists(links, true);
    aliases = new LinkLists(links, false);
    addresses = new LinkLists(links, false);
  }

  private int hash(NameKey key) {
    long hash = keyed.mix(keyed.seed(), key.scope());
    hash = keyed.mix(hash, key.octets(), key.from(), key.to());
    return (int) (hash ^ (hash >>> 32));
  }

  /** The name; 0 if it is not known. */
  int find(NameKey key) {
    if (!key.isFound(changes)) {
      key.found(search(key), changes);
    }
    return key.found();
  }

  private int search(NameKey key) {
    int hash = hash(key);
    int name = index.first(hash);
    while (name != 0 && !is(name, key)) {
      name = index.next(name, hash);
    }
    return name;
  }

  private boolean is(int name, NameKey key) {
    int length = key.to() - key.from();
    if (length(name) != length || scope(name) != key.scope()) {
      return false;
    }
    int inline = Math.min(INLINE, length);
    return rows.is(name, OCTETS, key.octets(), key.from(), inline)
        && (length == inline
            || tails.is(rows.intAt(name, TAIL), key.octets(), key.from() + inline, key.to()));
  }

  /** Adds a name that is not known. */
  int add(NameKey key, int[] sets) {
    int name = handles.take();
    ownSets.ensure(end());
    incoming.ensure(end());
    aliases.ensure(end());
    addresses.ensure(end());
    int length = key.to() - key.from();
    int inline = Math.min(INLINE, length);
    rows.intAt(name, SCOPE, key.scope());
    rows.intAt(name, STATE, LIVE | length);
    rows.intAt(name, CLAIMS, 0);
    rows.put(name, OCTETS, key.octets(), key.from(), inline);
    rows.intAt(name, TAIL, tails.add(key.octets(), key.from() + inline, key.to()));
    ownSets.at(name, sets);
    index.add(name, hash(key));
    changes++;
    return name;
  }

  /** Forgets a name without links. */
  void remove(int name) {
    changes++;
    index.remove(name);
    tails.free(rows.intAt(name, TAIL));
    claims.free(rows.intAt(name, CLAIMS));
    ownSets.at(name, OwnSets.NONE);
    rows.intAt(name, CLAIMS, 0);
    rows.intAt(name, STATE, 0);
    handles.free(name);
  }

  void clear() {
    changes++;
    index.clear();
    tails.clear();
    ownSets.clear();
    claims.clear();
    incoming.clear();
    aliases.clear();
    addresses.clear();
    handles.clear();
  }

  int size() {
    return index.size();
  }

  /** All handles are below. */
  int end() {
    return handles.end();
  }

  /** The names that are known, in no order. */
  IntList live() {
    IntList live = new IntList();
    for (int name = 1; name < end(); name++) {
      if (isLive(name)) {
        live.add(name);
      }
    }
    return live;
  }

  /** Whether it is known; the handle was given out. */
  boolean isLive(int name) {
    return is(name, LIVE);
  }

  /** Whether it has no link at all. */
  boolean isBare(int name) {
    return incoming.isEmpty(name) && aliases.isEmpty(name) && addresses.isEmpty(name);
  }

  int scope(int name) {
    return rows.intAt(name, SCOPE);
  }

  private int length(int name) {
    return rows.intAt(name, STATE) & LENGTH;
  }

  /** The name as a value that may be kept. Allocates. */
  DomainName name(int name) {
    return DomainName.ofWire(scratch, 0, copy(name));
  }

  /** {@link #setsOf} a name that is known. */
  int[] setsFrom(NameMatcher matcher, int name) {
    return setsOf(scratch, 0, copy(name), matcher);
  }

  /** Copies the octets of the name to {@link #scratch}. Returns how many they are. */
  private int copy(int name) {
    int length = length(name);
    int inline = Math.min(INLINE, length);
    rows.get(name, OCTETS, scratch, 0, inline);
    tails.copy(rows.intAt(name, TAIL), scratch, inline, length);
    return length;
  }

  /** Which of the two queues the links that start here stand in; {@link ExpiryQueues} sets it. */
  boolean isClaimed(int name) {
    return is(name, CLAIMED);
  }

  void claimed(int name, boolean isClaimed) {
    flag(name, CLAIMED, isClaimed);
  }

  /** Whether it stands in the work list of {@link ClaimSpreader}. */
  boolean isAwaitingSpread(int name) {
    return is(name, AWAITING_SPREAD);
  }

  void awaitingSpread(int name, boolean isAwaiting) {
    flag(name, AWAITING_SPREAD, isAwaiting);
  }

  /** Whether a retraction has found it already. */
  boolean isVisited(int name) {
    return is(name, VISITED);
  }

  void visited(int name, boolean isVisited) {
    flag(name, VISITED, isVisited);
  }

  private boolean is(int name, int flag) {
    return (rows.intAt(name, STATE) & flag) != 0;
  }

  private void flag(int name, int flag, boolean isSet) {
    int state = rows.intAt(name, STATE);
    rows.intAt(name, STATE, isSet ? state | flag : state & ~flag);
  }

  /** The domain sets that contain the name itself, ascending. Never to be written to. */
  int[] ownSets(int name) {
    return ownSets.at(name);
  }

  void ownSets(int name, int[] sets) {
    ownSets.at(name, sets);
  }

  /** Whether the set contains the name itself. */
  boolean isIn(int name, int set) {
    return Arrays.binarySearch(ownSets(name), set) >= 0;
  }

  /** Whether any domain set contains the name or reaches it. */
  boolean hasClaims(int name) {
    return ownSets(name).length > 0 || !inherited(name).isEmpty();
  }

  /** The domain sets that reach it through the names it is an alias of. To be read only. */
  Claims inherited(int name) {
    return claims.at(rows.intAt(name, CLAIMS));
  }

  /** {@link Claims#raise} of what it inherits. */
  boolean raise(int name, int set, int depth, long untilNs) {
    int place = rows.intAt(name, CLAIMS);
    if (place == 0) {
      place = claims.take(); // most names inherit nothing, ever
      rows.intAt(name, CLAIMS, place);
    }
    return claims.at(place).raise(set, depth, untilNs);
  }

  /** {@link Claims#prune} of what it inherits. */
  boolean prune(int name, long nowNs) {
    Claims inherited = inherited(name);
    return !inherited.isEmpty() && inherited.prune(nowNs);
  }

  /** Takes back all that it inherits. */
  void disinherit(int name) {
    Claims inherited = inherited(name);
    if (!inherited.isEmpty()) {
      inherited.clear();
    }
  }

  /**
   * Asks the matcher for the sets of the name in wire form that is {@code octets[from, to)}.
   *
   * @throws IllegalArgumentException if the answer is not what {@link NameMatcher} promises
   */
  static int[] setsOf(byte[] octets, int from, int to, NameMatcher matcher) {
    int[] sets = matcher.domainSets(octets, from, to);
    int previous = -1;
    for (int set : sets) {
      if (set <= previous || set > NameMatcher.MAX_DOMAIN_SET) {
        throw new IllegalArgumentException(
            "domain sets of "
                + DomainName.ofWire(octets, from, to)
                + " not ascending from 0 to "
                + NameMatcher.MAX_DOMAIN_SET
                + ": "
                + Arrays.toString(sets));
      }
      previous = set;
    }
    return sets;
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return index.octetsOutside()
        + rows.octetsOutside()
        + tails.octetsOutside()
        + incoming.octetsOutside()
        + aliases.octetsOutside()
        + addresses.octetsOutside();
  }
}
