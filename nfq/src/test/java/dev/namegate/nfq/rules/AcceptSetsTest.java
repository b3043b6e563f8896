// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class AcceptSetsTest {
  private final FakeKernel kernel = new FakeKernel();
  private final IpsetCommands ipset = new IpsetCommands(kernel, ms -> {});
  private final AcceptSets sets = new AcceptSets(ipset);
  private final KernelRules rules = new KernelRules(kernel, Backend.NFT, ipset);

  private static RulesConfig config(String... hostEndpoints) {
    return RulesConfig.builder()
        .acceptSets(true)
        .acceptSetEntries(1000)
        .failsafeInbound(List.of())
        .failsafeOutbound(List.of())
        .hostEndpoints(List.of(hostEndpoints).stream().map(HostEndpointRule::new).toList())
        .build();
  }

  private Set<String> held() throws Exception {
    return new TreeSet<>(sets.sizes().keySet());
  }

  private String lastScript() {
    return kernel.calls().get(kernel.calls().size() - 1).input();
  }

  @Test
  void makesOneSetAFamilyForWorkloadsAndForEachHostEndpoint() throws Exception {
    assertEquals(6, sets.renew(config("*", "eth0")));

    assertEquals(
        """
        create ng-wl4 hash:ip,port,ip family inet hashsize 1024 maxelem 2000 timeout 600
        create ng-hep4 hash:ip,port family inet hashsize 1024 maxelem 2000 timeout 600
        create ng-hep4-eth0 hash:ip,port family inet hashsize 1024 maxelem 2000 timeout 600
        create ng-wl6 hash:ip,port,ip family inet6 hashsize 1024 maxelem 2000 timeout 600
        create ng-hep6 hash:ip,port family inet6 hashsize 1024 maxelem 2000 timeout 600
        create ng-hep6-eth0 hash:ip,port family inet6 hashsize 1024 maxelem 2000 timeout 600
        """,
        lastScript());
  }

  @Test
  void renewsByASwapSoThatARuleAlwaysFindsAWholeSet() throws Exception {
    RulesConfig config = config().toBuilder().ipv6(false).build();
    sets.renew(config);
    kernel.run(List.of("ipset", "restore"), "add ng-wl4 192.0.2.1,tcp:443,10.0.0.2\n");

    assertEquals(1, sets.renew(config));

    assertEquals(
        """
        create ng-wl4:next hash:ip,port,ip family inet hashsize 1024 maxelem 2000 timeout 600
        swap ng-wl4:next ng-wl4
        destroy ng-wl4:next
        """,
        lastScript());
    assertEquals(Map.of("ng-wl4", List.of()), sets.list());
  }

  @Test
  void clearsAwayWhatACrashLeftBetweenSwapAndDestroy() throws Exception {
    kernel.run(
        List.of("ipset", "restore"),
        "create ng-wl4:next hash:ip,port,ip family inet\nadd ng-wl4:next 192.0.2.1,tcp:1,10.0.0.2\n");

    sets.renew(config());

    assertEquals(Set.of("ng-wl4", "ng-wl6"), held());
    assertFalse(kernel.state().contains("192.0.2.1"), kernel::state);
  }

  @Test
  void needsNoSetsWhereTheFastPathIsOff() throws Exception {
    RulesConfig off = config("*").toBuilder().acceptSets(false).build();

    assertEquals(0, sets.renew(off));
    rules.apply(off);

    assertEquals(Set.of(), held());
  }

  @Test
  void rulesMakeTheSetsThatTheyReferToAndKeepTheirEntries() throws Exception {
    rules.apply(config("eth0"));
    assertEquals(Set.of("ng-hep4-eth0", "ng-hep6-eth0", "ng-wl4", "ng-wl6"), held());
    kernel.run(List.of("ipset", "restore"), "add ng-wl4 192.0.2.1,tcp:443,10.0.0.2\n");

    assertFalse(rules.apply(config("eth0")));

    assertEquals(1, sets.sizes().get("ng-wl4"));
  }

  @Test
  void rulesDestroyTheSetsThatNoneOfThemNeedsAnyMore() throws Exception {
    rules.apply(config("eth0", "*"));

    assertTrue(rules.apply(config("eth1")));
    assertEquals(Set.of("ng-hep4-eth1", "ng-hep6-eth1", "ng-wl4", "ng-wl6"), held());

    assertTrue(rules.apply(config("eth1").toBuilder().acceptSets(false).build()));
    assertEquals(Set.of(), held());
  }

  @Test
  void putsBackWhatItMadeWhenTheRulesAreRefused() {
    String before = kernel.state();
    kernel.failOnce(
        call -> call.command().startsWith("ip6tables-nft-restore"), 2, "no such match\n");

    assertThrows(KernelRulesException.class, () -> rules.apply(config("eth0")));

    assertFalse(kernel.state().contains("ng-hep"), () -> before + kernel.state());
  }

  @Test
  void sweepsItsSetsAndNobodyElses() throws Exception {
    rules.apply(config("eth0"));
    String theirs =
        """
        create ng-wl4x hash:ip,port,ip family inet
        create ng-hep4-averyverylongname hash:ip,port family inet
        create ng-hep5-eth0 hash:ip,port family inet
        create ng-hep4-eth9 hash:ip family inet
        """;
    kernel.run(List.of("ipset", "restore"), theirs);
    kernel.run(List.of("ipset", "restore"), "create ng-hep6-ng.0:next hash:ip,port family inet6\n");

    SweepReport report = rules.sweep();

    assertTrue(report.removed().contains("set ng-wl4"), report::toString);
    assertTrue(report.removed().contains("set ng-hep6-eth0"), report::toString);
    assertTrue(report.removed().contains("set ng-hep6-ng.0:next"), report::toString);
    for (String set :
        List.of("ng-wl4x", "ng-hep4-averyverylongname", "ng-hep5-eth0", "ng-hep4-eth9")) {
      assertTrue(kernel.state().contains(set), kernel::state);
    }
    assertEquals(Set.of(), held());
  }

  @Test
  void anEndpointCalledNextHasASetOfItsOwn() throws Exception {
    sets.renew(config("next", "*"));
    sets.renew(config("next", "*"));

    assertTrue(held().containsAll(Set.of("ng-hep4", "ng-hep4-next")), held()::toString);
    assertEquals(6, held().size());
  }

  @Test
  void sizesTheTableForTheMostEntriesAtOnce() {
    assertEquals(64, AcceptSets.hashSize(1));
    assertEquals(64, AcceptSets.hashSize(64));
    assertEquals(128, AcceptSets.hashSize(65));
    assertEquals(262_144, AcceptSets.hashSize(262_144));
    assertEquals(1 << 24, AcceptSets.hashSize(RulesConfig.MAX_ACCEPT_SET_ENTRIES));
  }

  @Test
  void readsHeadersWhateverElseIpsetPrints() {
    String text =
        """
        Name: ng-wl4
        Type: hash:ip,port,ip
        Revision: 6
        Header: family inet hashsize 64 maxelem 9 timeout 600
        Size in memory: 6408
        References: 0
        Number of entries: 12

        Name: odd
        Number of entries: many
        nonsense
        """;

    assertEquals(
        List.of(
            new IpsetCommands.Header("ng-wl4", "hash:ip,port,ip", 12),
            new IpsetCommands.Header("odd", "", 0)),
        IpsetHeaders.parse(text));
    assertEquals(List.of(), IpsetHeaders.parse(""));
  }
}
