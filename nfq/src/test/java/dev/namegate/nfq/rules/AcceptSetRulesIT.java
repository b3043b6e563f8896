// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What stands in an accept set passes, and nothing else: nobody reads the queue, and the rules are
 * closed on failure.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class AcceptSetRulesIT {
  private static final List<SourceAddress> SOURCES =
      List.of(
          new SourceAddress("cali1", Cidr.parse("10.1.0.2")),
          new SourceAddress("cali1", Cidr.parse("10.1.0.3")),
          new SourceAddress("cali1", Cidr.parse("fd01::2")));

  private static RulesConfig config(String... hostEndpoints) {
    return RulesConfig.builder()
        .acceptSets(true)
        .acceptSetEntries(1000)
        .failsafeInbound(List.of())
        .failsafeOutbound(List.of())
        .hostEndpoints(List.of(hostEndpoints).stream().map(HostEndpointRule::new).toList())
        .build();
  }

  private static void add(RulesLab lab, String set, String entry) throws Exception {
    lab.run(RulesLab.HOST, "ipset add " + set + " " + entry + " timeout 60");
  }

  @ParameterizedTest
  @EnumSource
  void aWorkloadReachesWhatStandsInTheSetForItsOwnAddress(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.SERVER);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      new SourceSets(runner).replace(SOURCES);
      new KernelRules(runner, backend).apply(config());
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"));
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "fd02::2"));

      add(lab, "ng-wl4", "10.2.0.2,tcp:5300,10.1.0.2");
      add(lab, "ng-wl4", "10.2.0.2,udp:5301,10.1.0.2");
      add(lab, "ng-wl4", "10.2.0.1,udp:5300,10.1.0.2");
      add(lab, "ng-wl4", "10.2.0.2,udp:5300,10.1.0.3");
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"), "each in another way not this flow");
      lab.run(RulesLab.WORKLOAD, "ip addr add 10.1.0.3/24 dev up0");
      assertTrue(lab.reaches(RulesLab.WORKLOAD, "-b 10.1.0.3 ", "10.2.0.2"));

      add(lab, "ng-wl4", "10.2.0.2,udp:5300,10.1.0.2");
      add(lab, "ng-wl6", "fd02::2,udp:5300,fd01::2");
      long queued = lab.packets(backend, IpFamily.V4, "ng-wl", "NFQUEUE");
      assertTrue(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"));
      assertTrue(lab.reaches(RulesLab.WORKLOAD, "fd02::2"));
      assertEquals(queued, lab.packets(backend, IpFamily.V4, "ng-wl", "NFQUEUE"));

      new AcceptSets(runner).renew(config());
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"));
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "fd02::2"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSetForAllInterfacesNeverSpeaksForOneThatHasItsOwn(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.SERVER);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      KernelRules rules = new KernelRules(runner, backend);

      rules.apply(config("*", "eth0"));
      add(lab, "ng-hep4", "10.2.0.2,udp:5300");
      add(lab, "ng-hep6", "fd02::2,udp:5300");
      assertFalse(lab.reaches(RulesLab.HOST, "10.2.0.2"));
      assertFalse(lab.reaches(RulesLab.HOST, "fd02::2"));
      add(lab, "ng-hep4-eth0", "10.2.0.2,udp:5300");
      add(lab, "ng-hep6-eth0", "fd02::2,udp:5300");
      assertTrue(lab.reaches(RulesLab.HOST, "10.2.0.2"));
      assertTrue(lab.reaches(RulesLab.HOST, "fd02::2"));

      rules.apply(config("*", "eth1"));
      assertTrue(lab.reaches(RulesLab.HOST, "10.2.0.2"), "eth0 is one of all now");
      assertTrue(lab.reaches(RulesLab.HOST, "fd02::2"));
      assertEquals(
          List.of("ng-hep4", "ng-hep4-eth1", "ng-hep6", "ng-hep6-eth1", "ng-wl4", "ng-wl6"),
          new AcceptSets(runner).sizes().keySet().stream().toList());

      rules.apply(config("eth0"));
      assertFalse(lab.reaches(RulesLab.HOST, "10.2.0.2"), "a set made anew is empty");
      add(lab, "ng-hep4-eth0", "10.2.0.2,udp:5300");
      assertTrue(lab.reaches(RulesLab.HOST, "10.2.0.2"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSetOfAWorkloadSaysNothingForAForwardingEndpoint(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.SERVER);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      new SourceSets(runner).replace(SOURCES);
      RulesConfig config =
          config().toBuilder().forwardEndpoints(List.of(new HostEndpointRule("eth0"))).build();
      new KernelRules(runner, backend).apply(config);
      add(lab, "ng-wl4", "10.2.0.2,udp:5300,10.1.0.2");

      assertFalse(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"));

      assertEquals(0L, lab.packets(backend, IpFamily.V4, "ng-wl", "NFQUEUE"));
      assertEquals(1L, lab.packets(backend, IpFamily.V4, "ng-hep-fwd", "NFQUEUE"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void rulesAreFoundAgainRepairedAndSweptWithTheirSets(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.host()) {
      String before = lab.everything();
      CommandRunner runner = lab.runner(RulesLab.HOST);
      KernelRules rules = new KernelRules(runner, backend);
      RulesConfig config = config("*", "eth0").toBuilder().copiesReplies(true).build();
      AcceptSets sets = new AcceptSets(runner);
      assertEquals(6, sets.renew(config));
      assertTrue(rules.apply(config));
      assertFalse(rules.apply(config));
      assertEquals(List.of(), rules.verify(config));
      add(lab, "ng-wl4", "10.2.0.2,udp:5300,10.1.0.2");

      lab.run(RulesLab.HOST, command(backend) + " -t security -F");
      assertFalse(rules.verify(config).isEmpty());
      assertTrue(rules.apply(config));
      assertEquals(List.of(), rules.verify(config));
      assertEquals(1, sets.list().getOrDefault("ng-wl4", List.of()).size(), "entries live on");

      // A set of the crashed predecessor, of another size, and one that it was about to swap in.
      lab.run(RulesLab.HOST, "ipset create ng-hep4-eth0:next hash:ip,port timeout 9");
      sets.renew(config.toBuilder().acceptSetEntries(70).build());
      assertEquals(
          "{ng-hep4=0, ng-hep4-eth0=0, ng-hep6=0, ng-hep6-eth0=0, ng-wl4=0, ng-wl6=0}",
          sets.sizes().toString());
      assertTrue(lab.run(RulesLab.HOST, "ipset list -t ng-wl4").contains("maxelem 140 "));

      rules.sweep();
      assertEquals(before.lines().filter(line -> !isOwnTable(line)).toList(), rest(lab));
    }
  }

  private static String command(Backend backend) {
    return backend == Backend.NFT ? "iptables-nft" : "iptables-legacy";
  }

  private static List<String> rest(RulesLab lab) throws Exception {
    return lab.everything().lines().filter(line -> !isOwnTable(line)).toList();
  }

  /** A table that was looked at for the first time stays, with the kernel's empty chains. */
  private static boolean isOwnTable(String line) {
    return line.startsWith("*") || line.startsWith(":") || line.equals("COMMIT");
  }
}
