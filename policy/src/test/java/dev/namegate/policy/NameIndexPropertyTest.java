// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.namegate.packet.DomainName;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The index finds exactly the sets that have a pattern which matches the name. */
final class NameIndexPropertyTest {
  private static final String[] LABELS = {"a", "b", "www", "com"};
  private static final int OTHERS = 3;

  static LongStream seeds() {
    return Seeds.of(200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void findsWhatEachPatternMatches(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<List<DomainPattern>> sets = new ArrayList<>();
    for (int i = random.nextInt(12); i >= 0; i--) {
      sets.add(
          IntStream.range(0, 1 + random.nextInt(6))
              .mapToObj(unused -> DomainPattern.parse(pattern(random)))
              .distinct()
              .toList());
    }
    NameIndex index = new NameIndex(sets);

    for (int i = 0; i < 500; i++) {
      DomainName name = DomainName.parse(name(random));
      int[] expected =
          IntStream.range(0, sets.size())
              .filter(id -> sets.get(id).stream().anyMatch(pattern -> pattern.matches(name)))
              .toArray();
      assertArrayEquals(expected, index.domainSets(name), () -> name + " in " + sets);
      byte[] among = amongOthers(name, random);
      int end = among.length - OTHERS;
      assertArrayEquals(expected, index.domainSets(among, OTHERS, end), () -> name + " in " + sets);
    }
  }

  @Test
  void rootBelongsToNothing() {
    NameIndex index = new NameIndex(List.of(List.of(DomainPattern.parse("*"))));

    assertArrayEquals(new int[0], index.domainSets(DomainName.ROOT));
    assertArrayEquals(new int[] {0}, index.domainSets(DomainName.parse("com")));
  }

  @Test
  void octetsThatOnlyLookLikeADotAreNone() {
    NameIndex index =
        new NameIndex(
            List.of(
                List.of(DomainPattern.parse("a.b.com")),
                List.of(DomainPattern.parse("*.b.com")),
                List.of(DomainPattern.parse("a.*.com"))));

    assertArrayEquals(new int[0], index.domainSets(DomainName.parse("a\\.b.com")));
    assertArrayEquals(new int[] {1}, index.domainSets(DomainName.parse("\\255\\000.b.com")));
    assertArrayEquals(new int[] {2}, index.domainSets(DomainName.parse("a.\\255b.com")));
  }

  @Test
  void findsEachOfManyPatterns() {
    List<List<DomainPattern>> sets = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      sets.add(
          List.of(
              DomainPattern.parse("n" + i + ".example"),
              DomainPattern.parse("*.n" + i + ".example"),
              DomainPattern.parse("n" + i + ".*.example")));
    }
    NameIndex index = new NameIndex(sets);

    for (int i = 0; i < sets.size(); i++) {
      int other = sets.size() - 1 - i;
      int[] both = IntStream.of(i, other).sorted().distinct().toArray();
      assertArrayEquals(new int[] {i}, index.domainSets(DomainName.parse("n" + i + ".example")));
      assertArrayEquals(
          both, index.domainSets(DomainName.parse("n" + i + ".n" + other + ".example")));
    }
    assertArrayEquals(new int[0], index.domainSets(DomainName.parse("n3000.example")));
  }

  /** The wire form between octets that are not of the name. */
  private static byte[] amongOthers(DomainName name, SplittableRandom random) {
    byte[] wire = name.toWire();
    byte[] among = new byte[wire.length + 2 * OTHERS];
    random.nextBytes(among);
    System.arraycopy(wire, 0, among, OTHERS, wire.length);
    return among;
  }

  private static String name(SplittableRandom random) {
    return String.join(
        ".",
        IntStream.rangeClosed(0, random.nextInt(6))
            .mapToObj(unused -> LABELS[random.nextInt(LABELS.length)])
            .toList());
  }

  private static String pattern(SplittableRandom random) {
    if (random.nextInt(20) == 0) {
      return "*";
    }
    String name = name(random);
    return switch (random.nextInt(4)) {
      case 0 -> name;
      case 1 -> "*." + name;
      case 2 -> name + ".*";
      default -> name + ".*." + name(random);
    };
  }
}
