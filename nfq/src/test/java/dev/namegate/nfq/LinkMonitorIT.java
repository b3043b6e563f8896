// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NeedsNetns
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinkMonitorIT {
  private final NetworkNamespace inside = NetworkNamespace.open();

  LinkMonitorIT() throws Exception {}

  @AfterEach
  void leave() {
    inside.close();
  }

  private void ip(String arguments) throws Exception {
    inside.execute(("ip " + arguments).split(" "));
  }

  @Test
  void tellsOfLinksAndAddressesThatComeAndGo() throws Exception {
    try (LinkMonitor monitor = inside.call(LinkMonitor::open)) {
      while (monitor.await(0)) {
        // lo has just come up: its address is told late.
      }
      for (String change :
          new String[] {
            "link add ng-a type veth peer name ng-b",
            "address add 192.0.2.1/24 dev ng-a",
            "address add 2001:db8::1/64 dev ng-a",
            "link set ng-a up",
            "link delete ng-a"
          }) {
        ip(change);
        assertTrue(monitor.await(10_000), change);
      }
    }
  }

  @Test
  void tellsOnceOfManyChanges() throws Exception {
    try (LinkMonitor monitor = inside.call(LinkMonitor::open)) {
      for (int i = 0; i < 20; i++) {
        ip("address add 192.0.2." + (i + 1) + "/24 dev lo");
      }

      assertTrue(monitor.await(10_000));
      assertFalse(monitor.await(0));
    }
  }

  @Test
  void isWokenUpWithoutAChange() throws Exception {
    try (LinkMonitor monitor = inside.call(LinkMonitor::open)) {
      while (monitor.await(0)) {
        // As above.
      }
      monitor.wakeUp();

      assertFalse(monitor.await(-1));
    }
  }

  @Test
  void knowsInterfacesByNameAndIndex() throws Exception {
    ip("link add ng-fifteen-char type veth peer name ng-b");

    inside.run(
        () -> {
          assertEquals(1, Interfaces.index("lo"));
          assertEquals("lo", Interfaces.name(1));
          int index = Interfaces.index("ng-fifteen-char");
          assertTrue(index > 1);
          assertEquals("ng-fifteen-char", Interfaces.name(index));
          assertEquals(0, Interfaces.index("ng-absent"));
          assertEquals(0, Interfaces.index("a-name-that-is-too-long"));
          assertEquals(0, Interfaces.index(""));
          assertNull(Interfaces.name(9999));
          assertNull(Interfaces.name(0));
        });
  }
}
