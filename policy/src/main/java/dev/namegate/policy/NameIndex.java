// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.HotPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a name to the domain sets it belongs to: one hash table of the endings that patterns have,
 * each with a trie of the labels that stand before its asterisk.
 *
 * <pre>
 *   api.example.com             ending api.example.com, the whole name: {ids}
 *   update.*.mycompany.com      ending mycompany.com: before the asterisk ─ update: {ids}
 * </pre>
 *
 * <p>The hashes of all endings of a name are had in one pass over it: the hash of the whole is a
 * sum over its octets, and an ending's is the rest of that sum. It needs no key: the table holds
 * what policy says, so a name on the wire cannot make its chains longer.
 *
 * <p><b>Threading:</b> immutable once built.
 *
 * <p><b>Ownership:</b> the arrays that it returns are its own, and never written to.
 *
 * <p><b>Bounds:</b> a lookup takes at most (labels behind an asterisk) × (labels before one) steps,
 * whatever the number of patterns, and allocates at most its result.
 */
@HotPath
final class NameIndex {
  static final int[] NONE = {};
  private static final int FIRST_CAPACITY = 16;

  /** The tag of a place without an ending. */
  private static final int FREE = 0;

  /** The base of the sum, odd so that it has an inverse modulo 2^64. */
  private static final long BASE = 0x9e37_79b9_7f4a_7c15L;

  private static final long INVERSE = inverse(BASE);

  /** The endings, open addressing; a power of two. */
  private @Nullable Ending[] endings = new @Nullable Ending[FIRST_CAPACITY];

  /** A part of the hash of the ending in each place: most that are others are told apart by it. */
  private int[] tags = new int[FIRST_CAPACITY];

  private int size;

  /** An ending in wire form: a whole name, what stands behind an asterisk, or both. */
  private static final class Ending {
    final byte[] octets;
    final long hash;
    final SetIds whole = new SetIds();
    @Nullable Before before;

    Ending(byte[] octets, long hash) {
      this.octets = octets;
      this.hash = hash;
    }
  }

  /** The index of the sets: the id of each is its place in the list. */
  NameIndex(List<? extends Iterable<DomainPattern>> sets) {
    byte[] scratch = new byte[DomainName.MAX_LENGTH + 1];
    for (int id = 0; id < sets.size(); id++) {
      for (DomainPattern pattern : sets.get(id)) {
        add(pattern, id, scratch);
      }
    }
    for (Ending ending : endings) {
      if (ending != null) {
        ending.whole.trim();
        if (ending.before != null) {
          ending.before.trim();
        }
      }
    }
  }

  private void add(DomainPattern pattern, int id, byte[] scratch) {
    if (!pattern.isWildcard()) {
      endingOrNew(scratch, write(pattern.before(), scratch)).whole.add(id);
      return;
    }
    Ending ending = endingOrNew(scratch, write(pattern.after(), scratch));
    Before before = ending.before;
    if (before == null) {
      before = new Before(new byte[0]);
      ending.before = before;
    }
    write(pattern.before(), scratch);
    for (int at = 0; scratch[at] != 0; at += scratch[at] + 1) {
      before = before.nextOrNew(scratch, at);
    }
    before.sets.add(id);
  }

  /** Writes the labels in wire form; returns its length. */
  private static int write(List<String> labels, byte[] to) {
    int at = 0;
    for (String label : labels) {
      byte[] octets = label.getBytes(StandardCharsets.US_ASCII);
      to[at] = (byte) octets.length;
      System.arraycopy(octets, 0, to, at + 1, octets.length);
      at += octets.length + 1;
    }
    to[at] = 0;
    return at + 1;
  }

  private Ending endingOrNew(byte[] octets, int length) {
    long hash = 0;
    for (int i = 0; i < length; i++) {
      hash = hash * BASE + octets[i] + 1;
    }
    Ending ending = ending(octets, 0, length, hash);
    if (ending == null) {
      ending = new Ending(Arrays.copyOf(octets, length), hash);
      if (2 * ++size > endings.length) {
        grow();
      }
      put(ending);
    }
    return ending;
  }

  private void grow() {
    @Nullable Ending[] before = endings;
    endings = new @Nullable Ending[2 * before.length];
    tags = new int[endings.length];
    for (Ending ending : before) {
      if (ending != null) {
        put(ending);
      }
    }
  }

  private void put(Ending ending) {
    long mixed = mixed(ending.hash);
    int at = (int) mixed & (tags.length - 1);
    while (tags[at] != FREE) {
      at = (at + 1) & (tags.length - 1);
    }
    tags[at] = tag(mixed);
    endings[at] = ending;
  }

  private static long mixed(long hash) {
    return Long.rotateLeft(hash * BASE, 32);
  }

  private static int tag(long mixed) {
    return (int) (mixed >>> 32) | 1; // other bits than those that give the place
  }

  private @Nullable Ending ending(byte[] octets, int from, int to, long hash) {
    long mixed = mixed(hash);
    int tag = tag(mixed);
    for (int at = (int) mixed & (tags.length - 1); ; at = (at + 1) & (tags.length - 1)) {
      if (tags[at] == FREE) {
        return null;
      }
      Ending ending = tags[at] == tag ? endings[at] : null;
      if (ending != null
          && ending.hash == hash
          && Arrays.equals(ending.octets, 0, ending.octets.length, octets, from, to)) {
        return ending;
      }
    }
  }

  /** The ids of the sets that have a pattern for this name, sorted. */
  int[] domainSets(DomainName name) {
    return domainSets(name.wire(), 0, name.wire().length);
  }

  /** As {@link #domainSets(DomainName)}, of the name in canonical wire form that stands here. */
  int[] domainSets(byte[] octets, int from, int to) {
    long hash = 0;
    long power = INVERSE; // of the octet at hand, when there are no more behind it
    for (int i = from; i < to; i++) {
      hash = hash * BASE + octets[i] + 1;
      power *= BASE;
    }
    Ending whole = ending(octets, from, to, hash);
    int[] found = whole == null ? NONE : whole.whole.ids;
    for (int at = from; octets[at] != 0; ) {
      for (int end = at + octets[at] + 1; at < end; at++) {
        hash -= (octets[at] + 1) * power;
        power *= INVERSE;
      }
      Ending ending = ending(octets, at, to, hash);
      if (ending != null && ending.before != null) {
        found = collect(ending.before, octets, from, at, found);
      }
    }
    return found;
  }

  /** Collects what the labels from the left lead to, leaving one or more for the asterisk. */
  private static int[] collect(Before start, byte[] octets, int from, int end, int[] found) {
    int[] all = found;
    int at = from;
    for (Before before = start; before != null; ) {
      all = union(all, before.sets.ids);
      int next = at + octets[at] + 1;
      before = next < end && before.next.length > 0 ? before.next(octets, at) : null;
      at = next;
    }
    return all;
  }

  /** What is in either, sorted; one of the two where that has all. */
  private static int[] union(int[] some, int[] others) {
    if (others.length == 0 || some == others) {
      return some;
    }
    if (some.length == 0) {
      return others;
    }
    int[] all = Arrays.copyOf(some, some.length + others.length);
    int count = 0;
    for (int i = 0, j = 0; i < some.length || j < others.length; count++) {
      boolean takesSome = j == others.length || (i < some.length && some[i] <= others[j]);
      boolean takesOther = i == some.length || (j < others.length && others[j] <= some[i]);
      all[count] = takesSome ? some[i] : others[j];
      i += takesSome ? 1 : 0;
      j += takesOther ? 1 : 0;
    }
    return count == some.length ? some : Arrays.copyOf(all, count);
  }

  /** The number that makes 1 of an odd one, modulo 2^64, by Newton's iteration. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int bits = 3; bits < Long.SIZE; bits *= 2) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }
}
