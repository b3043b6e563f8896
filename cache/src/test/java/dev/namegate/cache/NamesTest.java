// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NamesTest {
  private static final int[] SETS = {4};
  private static final int SCOPES = 2;

  private final Names names = new Names(new Links());

  static LongStream seeds() {
    Long given = Long.getLong("seed");
    return given != null
        ? LongStream.of(given)
        : LongStream.concat(LongStream.range(0, 5), LongStream.of(System.nanoTime()));
  }

  /** A name and whom it counts for. */
  private record Scoped(int scope, DomainName name) {}

  private static NameKey key(int scope, DomainName name) {
    NameKey key = new NameKey();
    key.of(scope, name);
    return key;
  }

  private static NameKey key(Scoped name) {
    return key(name.scope(), name.name());
  }

  /** A name of so many octets in wire form; 2 cannot be. */
  private static DomainName ofLength(int octets, char fill) {
    byte[] wire = new byte[octets];
    for (int at = 0; at < octets - 1; ) {
      int label = Math.min(DomainName.MAX_LABEL_LENGTH, octets - at - 2);
      label -= octets - at - 2 - label == 1 ? 1 : 0; // leaves room for a label behind it
      wire[at] = (byte) label;
      for (int i = 1; i <= label; i++) {
        wire[at + i] = (byte) fill;
      }
      at += label + 1;
    }
    return DomainName.ofWire(wire);
  }

  @Test
  void keepsNamesOfEveryLengthApart() {
    Map<DomainName, Integer> handles = new HashMap<>();
    for (int octets = 1; octets <= DomainName.MAX_LENGTH; octets += octets == 1 ? 2 : 1) {
      for (char fill : octets == 1 ? new char[] {'a'} : new char[] {'a', 'b'}) {
        DomainName name = ofLength(octets, fill);
        assertEquals(0, names.find(key(0, name)));
        handles.put(name, names.add(key(0, name), SETS));
      }
    }

    handles.forEach(
        (name, handle) -> {
          assertEquals(handle, names.find(key(0, name)));
          assertEquals(name, names.name(handle));
          assertEquals(0, names.find(key(1, name)));
        });
    assertEquals(handles.size(), names.size());
  }

  /** They are told apart by their last octet, wherever in a row or in a piece that stands. */
  @Test
  void readsAllOctetsOfAName() {
    for (int octets = 3; octets <= DomainName.MAX_LENGTH; octets++) {
      byte[] wire = ofLength(octets, 'a').toWire();
      names.add(key(0, DomainName.ofWire(wire)), SETS);
      for (int at = octets - 2; wire[at] == 'a' && at >= octets - 9; at--) {
        wire[at] = 'b';
        assertEquals(0, names.find(key(0, DomainName.ofWire(wire))));
        wire[at] = 'a';
      }
    }
  }

  /** Names come and go; a model of them agrees, and what they leave is used again. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void agreesWithAMapAndTakesNoMoreThanTheMostAtATime(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Scoped, Integer> model = new HashMap<>();
    List<Scoped> known = new ArrayList<>();
    long outside = 0;
    for (int step = 0; step < 200_000; step++) {
      if (known.size() < Rows.CHUNK + 100) {
        Scoped added = random(random);
        int found = names.find(key(added));
        assertEquals(model.getOrDefault(added, 0), found);
        if (found == 0) {
          model.put(added, names.add(key(added), SETS));
          known.add(added);
        }
        outside = Math.max(outside, names.octetsOutside());
      } else {
        int at = random.nextInt(known.size());
        Scoped gone = known.get(at);
        known.set(at, known.get(known.size() - 1));
        known.remove(known.size() - 1);
        names.remove(model.getOrDefault(gone, 0));
        model.remove(gone);
        assertEquals(0, names.find(key(gone)));
      }
      assertEquals(model.size(), names.size());
    }
    model.forEach(
        (name, handle) -> {
          assertEquals(handle, names.find(key(name)));
          assertEquals(name.name(), names.name(handle));
          assertEquals(name.scope(), names.scope(handle));
          assertTrue(names.isLive(handle));
        });
    assertEquals(outside, names.octetsOutside());
    assertTrue(names.end() <= Rows.CHUNK + 102, "handles below " + names.end());
  }

  private static Scoped random(SplittableRandom random) {
    int labels = 1 + random.nextInt(random.nextInt(8) == 0 ? 12 : 3);
    StringBuilder text = new StringBuilder("n" + random.nextInt(20_000));
    for (int i = 0; i < labels; i++) {
      text.append('.').append("example-label".repeat(1 + i % 2), 0, 1 + random.nextInt(12));
    }
    return new Scoped(random.nextInt(SCOPES), DomainName.parse(text.toString()));
  }

  @Test
  void aHandleThatIsUsedAgainHasNothingOfTheNameBefore() {
    int name = names.add(key(3, ofLength(200, 'a')), SETS);
    names.claimed(name, true);
    names.visited(name, true);
    names.awaitingSpread(name, true);
    assertTrue(names.raise(name, 5, 1, 100));
    Claims inherited = names.inherited(name);
    names.remove(name);
    assertFalse(names.isLive(name));

    int next = names.add(key(0, ofLength(20, 'b')), OwnSets.NONE);

    assertEquals(name, next);
    assertFalse(names.isClaimed(next) || names.isVisited(next) || names.isAwaitingSpread(next));
    assertFalse(names.hasClaims(next));
    assertTrue(inherited.isEmpty());
    assertArrayEquals(OwnSets.NONE, names.ownSets(next));
    assertEquals(ofLength(20, 'b'), names.name(next));
    assertTrue(names.raise(next, 5, 1, 100));
    assertTrue(names.hasClaims(next));
  }

  @Test
  void aKeyKnowsOfNamesThatComeAndGo() {
    NameKey key = key(0, ofLength(20, 'a'));
    NameKey other = key(0, ofLength(20, 'b'));
    NameKey copy = new NameKey();
    assertEquals(0, names.find(key));
    int name = names.add(key, SETS);
    assertEquals(name, names.find(key));
    copy.of(key);
    assertEquals(name, names.find(copy));
    names.remove(name);
    assertEquals(0, names.find(key));
    assertEquals(0, names.find(copy));
    assertEquals(name, names.add(other, SETS));
    assertEquals(0, names.find(key));
    key.of(1, ofLength(20, 'b'));
    assertEquals(0, names.find(key));
    names.clear();
    assertEquals(0, names.find(other));
  }

  @Test
  void forgetsAll() {
    for (int i = 0; i < 3_000; i++) {
      int name = names.add(key(i, ofLength(3 + i % 250, 'a')), SETS);
      assertTrue(names.raise(name, 5, 1, 100));
    }

    names.clear();

    assertEquals(0, names.size());
    assertEquals(0, names.live().size());
    assertEquals(0, names.find(key(0, ofLength(3, 'a'))));
    int name = names.add(key(0, ofLength(252, 'c')), SETS);
    assertEquals(ofLength(252, 'c'), names.name(name));
    assertTrue(names.inherited(name).isEmpty());
    assertTrue(names.isBare(name));
  }
}
