// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SourceSetsTest {
  private final FakeKernel kernel = new FakeKernel();
  private final AtomicInteger pauses = new AtomicInteger();
  private final SourceSets sets =
      new SourceSets(new IpsetCommands(kernel, ms -> pauses.incrementAndGet()));

  @Test
  void buildsTheNextSetBesideAndSwapsItIn() throws Exception {
    sets.replace(List.of());
    kernel.calls().clear();

    assertTrue(sets.replace(List.of(source("cali2", "10.1.0.0/30"), source("cali1", "10.1.0.9"))));

    assertEquals(
        """
        create ng-src4-next hash:net,iface family inet maxelem 65536
        add ng-src4-next 10.1.0.0/30,cali2
        add ng-src4-next 10.1.0.9/32,cali1
        swap ng-src4-next ng-src4
        destroy ng-src4-next
        """,
        kernel.calls().get(kernel.calls().size() - 1).input());
  }

  @Test
  void changesNothingWhenTheContentIsTheSame() throws Exception {
    List<SourceAddress> sources = List.of(source("cali1", "10.1.0.9"), source("cali1", "fd00::9"));
    assertTrue(sets.replace(sources));

    assertFalse(sets.replace(sources));

    assertTrue(kernel.state().contains("fd00::9,cali1"), kernel::state);
  }

  @Test
  void clearsAwayWhatACrashLeft() throws Exception {
    kernel.run(
        List.of("ipset", "restore"),
        "create ng-src4-next hash:net,iface family inet\nadd ng-src4-next 10.0.0.0/8,cali7\n");

    sets.replace(List.of(source("cali1", "10.1.0.9")));

    assertFalse(kernel.state().contains("cali7"), kernel::state);
    assertFalse(kernel.state().contains("next"), kernel::state);
  }

  @Test
  void refusesASetOfTheSameNameButAnotherType() throws Exception {
    kernel.run(List.of("ipset", "restore"), "create ng-src4 hash:ip family inet\n");
    String before = kernel.state();

    KernelRulesException e =
        assertThrows(KernelRulesException.class, () -> sets.replace(List.of()));

    assertTrue(e.advice().contains("of another type, is not ours"), e::getMessage);
    assertTrue(e.detail().contains("create ng-src4 hash:net,iface"), e::getMessage);
    assertEquals(before, kernel.state());
  }

  @Test
  void refusesMoreInterfacesWithOneAddressThanTheKernelTakes() {
    List<SourceAddress> sources =
        IntStream.range(0, 65).mapToObj(i -> source("cali" + i, "10.1.0.9")).toList();

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> sets.replace(sources));

    assertTrue(String.valueOf(e.getMessage()).contains("10.1.0.9/32"), e::toString);
    assertEquals(List.of(), kernel.calls());
  }

  @Test
  void refusesMoreEntriesThanTheSetHolds() throws Exception {
    List<SourceAddress> sources =
        IntStream.rangeClosed(0, SourceSets.MAX_ENTRIES)
            .mapToObj(i -> new SourceAddress("cali1", Cidr.of(IpAddress.ofIpv4(i))))
            .toList();

    assertThrows(IllegalArgumentException.class, () -> sets.replace(sources));

    assertFalse(kernel.state().contains("ng-src"), kernel::state);
  }

  @Test
  void waitsForTheKernelToLetGoOfASet() throws Exception {
    sets.replace(List.of());
    for (int i = 0; i < 3; i++) {
      kernel.failOnce(
          call -> call.command().equals("ipset destroy ng-src4"),
          1,
          "ipset v7.17: Set cannot be destroyed: it is in use by a kernel component\n");
    }

    assertEquals(List.of("ng-src4", "ng-src6"), sets.destroy());

    assertEquals(3, pauses.get());
    assertFalse(kernel.state().contains("ng-src"), kernel::state);
  }

  private static SourceAddress source(String interfaceName, String net) {
    return new SourceAddress(interfaceName, Cidr.parse(net));
  }
}
