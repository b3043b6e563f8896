// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.Garbage;
import org.junit.jupiter.api.Test;

/** Invariant <i>no-garbage</i> of the read side. */
class AddressTableAllocationTest {
  private static final int ADDRESSES = 1_000;
  private static final int LOOKUPS = 200_000;

  private final Memberships view = new Memberships();

  @Test
  void lookupAndContainsAllocateNothing() {
    AddressTable table = new AddressTable(name -> new int[0], 0);
    MembershipsBuilder content = new MembershipsBuilder();
    for (int i = 0; i < ADDRESSES; i++) {
      AddressTableTest.put(table, content, i & 1, i, 100);
    }

    assertEquals(0, Garbage.leastOf(() -> assertEquals(LOOKUPS / 4, members(table))));
  }

  private int members(AddressTable table) {
    int members = 0;
    for (int i = 0; i < LOOKUPS; i++) {
      int key = i % ADDRESSES;
      if (table.find(i & 1, key, view) && view.contains((i & 2) + 1, i % 2 == 0 ? 50 : 150)) {
        members++;
      }
    }
    return members;
  }
}
