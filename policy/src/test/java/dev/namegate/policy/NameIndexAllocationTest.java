// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.Garbage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A name that no pattern or one is for costs no heap; the cache asks for each that is new. */
final class NameIndexAllocationTest {
  private static final int ROUNDS = 50_000;

  private final NameIndex index = new NameIndex(sets());

  private static List<List<DomainPattern>> sets() {
    List<List<DomainPattern>> sets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sets.add(
          List.of(
              DomainPattern.parse("a" + i + ".example.com"),
              DomainPattern.parse("*.b" + i + ".example.com"),
              DomainPattern.parse("update.*.c" + i + ".example.com")));
    }
    return sets;
  }

  @Test
  void findsTheSetsOfANameWithoutAllocating() {
    DomainName[] names =
        List.of("a7.example.com", "x.b7.example.com", "update.x.c7.example.com", "y.example.org")
            .stream()
            .map(DomainName::parse)
            .toArray(DomainName[]::new);

    assertEquals(0, Garbage.leastOf(() -> assertEquals(ROUNDS * 3L * 7, ask(names))));
  }

  private long ask(DomainName[] names) {
    long sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (DomainName name : names) {
        for (int set : index.domainSets(name)) {
          sum += set;
        }
      }
    }
    return sum;
  }
}
