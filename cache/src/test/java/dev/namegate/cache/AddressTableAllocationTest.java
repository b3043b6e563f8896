// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
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
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long measurement = measured(threads, table);
    assertTrue(measurement >= 0, "the JVM counts allocations");
    measured(threads, table);

    assertEquals(0, measured(threads, table));
  }

  private long measured(ThreadMXBean threads, AddressTable table) {
    long before = threads.getCurrentThreadAllocatedBytes();
    int members = members(table);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(LOOKUPS / 4, members);
    return allocated;
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
