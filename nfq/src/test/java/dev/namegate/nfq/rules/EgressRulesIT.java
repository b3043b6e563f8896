// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which rule real packets meet, told by the rules' counters. Nobody reads the queues, and the rules
 * are open on failure, so whatever policy would decide passes.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class EgressRulesIT {
  private static final List<SourceAddress> SOURCES =
      List.of(
          new SourceAddress("cali1", Cidr.parse("10.1.0.2")),
          new SourceAddress("cali1", Cidr.parse("fd01::2")));

  private static RulesConfig.Builder open() {
    return RulesConfig.builder()
        .failureMode(FailureMode.OPEN)
        .endpointToHostAction(EndpointToHostAction.ACCEPT)
        .trustedServers(
            List.of(
                new TrustedServer(IpAddress.parse("10.1.0.1"), 53),
                new TrustedServer(IpAddress.parse("10.2.0.2"), 53),
                new TrustedServer(IpAddress.parse("127.0.0.1"), 53),
                new TrustedServer(IpAddress.parse("fd01::1"), 53),
                new TrustedServer(IpAddress.parse("fd02::2"), 53),
                new TrustedServer(IpAddress.parse("::1"), 53)));
  }

  /** The counters of the six gates: query in, fwd, out; reply in, fwd, out. */
  private static List<Long> gates(RulesLab lab, Backend backend, IpFamily family) throws Exception {
    List<Long> counts = new ArrayList<>();
    for (String gate : List.of("ng-query", "ng-reply")) {
      for (String chain : List.of("ng-in", "ng-fwd", "ng-out")) {
        counts.add(lab.packets(backend, family, chain, gate));
      }
    }
    return counts;
  }

  @ParameterizedTest
  @EnumSource
  void everyQuestionIsCopiedOnceAndEveryReplyQueuedOnce(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.HOST);
      lab.startDns(RulesLab.SERVER);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      new SourceSets(runner).replace(SOURCES);
      new KernelRules(runner, backend).apply(open().build());

      // A workload asks the resolver on this host: its query passes INPUT and no other hook.
      expect(lab, backend, RulesLab.WORKLOAD, "10.1.0.1", List.of(1L, 0L, 0L, 0L, 0L, 1L));
      expect(lab, backend, RulesLab.WORKLOAD, "fd01::1", List.of(1L, 0L, 0L, 0L, 0L, 1L));
      // A workload asks a server beyond.
      expect(lab, backend, RulesLab.WORKLOAD, "10.2.0.2", List.of(0L, 1L, 0L, 0L, 1L, 0L));
      expect(lab, backend, RulesLab.WORKLOAD, "fd02::2", List.of(0L, 1L, 0L, 0L, 1L, 0L));
      // The host asks a server beyond.
      expect(lab, backend, RulesLab.HOST, "10.2.0.2", List.of(0L, 0L, 1L, 1L, 0L, 0L));
      expect(lab, backend, RulesLab.HOST, "fd02::2", List.of(0L, 0L, 1L, 1L, 0L, 0L));
      // The host asks its own stub: the query passes OUTPUT and INPUT, and so does the reply.
      expect(lab, backend, RulesLab.HOST, "127.0.0.1", List.of(0L, 0L, 1L, 1L, 0L, 0L));
      expect(lab, backend, RulesLab.HOST, "::1", List.of(0L, 0L, 1L, 1L, 0L, 0L));
      // The server asks the resolver on this host, and this host answers.
      expect(lab, backend, RulesLab.SERVER, "10.1.0.1", List.of(1L, 0L, 0L, 0L, 0L, 1L));
      // A server that is not trusted.
      expect(lab, backend, RulesLab.WORKLOAD, "10.2.0.1", List.of(1L, 0L, 0L, 0L, 0L, 1L));
      assertEquals(9L, queued(lab, backend), "all replies but the last");
    }
  }

  private static long queued(RulesLab lab, Backend backend) throws Exception {
    return lab.packets(backend, IpFamily.V4, "ng-reply", "NFQUEUE")
        + lab.packets(backend, IpFamily.V6, "ng-reply", "NFQUEUE");
  }

  private static void expect(
      RulesLab lab, Backend backend, String from, String server, List<Long> expected)
      throws Exception {
    IpFamily family = server.contains(":") ? IpFamily.V6 : IpFamily.V4;
    List<Long> before = gates(lab, backend, family);
    lab.run(from, "dig +short +tries=1 +time=3 @" + server + " www.example.com");
    List<Long> after = gates(lab, backend, family);

    List<Long> seen = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      seen.add(after.get(i) - before.get(i));
    }
    assertEquals(expected, seen, from + " asks " + server);
  }

  @ParameterizedTest
  @EnumSource
  void aWorkloadSendsFromItsOwnAddressesOnly(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.SERVER);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      new KernelRules(runner, backend).apply(open().build());
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"), "an interface that is not known");
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "fd02::2"), "an interface that is not known");

      new SourceSets(runner).replace(SOURCES);
      assertTrue(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"));
      assertTrue(lab.reaches(RulesLab.WORKLOAD, "fd02::2"), "neighbour discovery included");

      lab.run(RulesLab.WORKLOAD, "ip addr add 10.1.0.66/24 dev up0");
      lab.run(RulesLab.WORKLOAD, "ip addr add fd01::66/64 dev up0");
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "-b 10.1.0.66 ", "10.2.0.2"));
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "-b fd01::66 ", "fd02::2"));

      new SourceSets(runner).replace(List.of(new SourceAddress("cali2", Cidr.parse("10.0.0.0/8"))));
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"), "the address of another interface");
    }
  }

  @ParameterizedTest
  @EnumSource
  void newConnectionsToTheHostDropUnlessPolicyIsAsked(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.HOST);
      lab.startDns(RulesLab.WORKLOAD);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      new SourceSets(runner).replace(SOURCES);
      KernelRules rules = new KernelRules(runner, backend);

      rules.apply(open().endpointToHostAction(EndpointToHostAction.DROP).build());
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "10.1.0.1"));
      assertFalse(lab.reaches(RulesLab.WORKLOAD, "fd01::1"));
      assertTrue(lab.reaches(RulesLab.HOST, "10.1.0.2"), "the host asks first");
      assertTrue(lab.reaches(RulesLab.HOST, "fd01::2"), "the host asks first");

      rules.apply(open().build());
      assertTrue(lab.reaches(RulesLab.WORKLOAD, "10.1.0.1"));
      assertTrue(lab.reaches(RulesLab.WORKLOAD, "fd01::1"));
      assertEquals(1L, lab.packets(backend, IpFamily.V4, "ng-wl", "NFQUEUE"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void closedOnFailureHoldsWhatNobodyDecides(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.HOST);
      lab.startDns(RulesLab.WORKLOAD);
      lab.startDns(RulesLab.SERVER);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      new SourceSets(runner).replace(SOURCES);
      RulesConfig closed =
          open()
              .failureMode(FailureMode.CLOSED)
              .hostEndpoints(List.of(new HostEndpointRule("*")))
              .build();
      new KernelRules(runner, backend).apply(closed);

      assertFalse(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"));
      assertFalse(lab.reaches(RulesLab.HOST, "10.2.0.2"));
      assertTrue(lab.reaches(RulesLab.HOST, "127.0.0.1"), "loopback is exempt");
      assertTrue(lab.reaches(RulesLab.HOST, "10.1.0.2"), "so are workloads");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostEndpointByNameJudgesItsInterfaceOnly(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.SERVER);
      RulesConfig.Builder config = open().failureMode(FailureMode.CLOSED);
      KernelRules rules = new KernelRules(lab.runner(RulesLab.HOST), backend);

      rules.apply(config.hostEndpoints(List.of(new HostEndpointRule("eth0"))).build());
      assertFalse(lab.reaches(RulesLab.HOST, "10.2.0.2"));

      rules.apply(config.hostEndpoints(List.of(new HostEndpointRule("eth1"))).build());
      assertTrue(lab.reaches(RulesLab.HOST, "10.2.0.2"));
    }
  }

  private static long judged(RulesLab lab, Backend backend, String chain) throws Exception {
    return lab.packets(backend, IpFamily.V4, chain, "NFQUEUE")
        + lab.packets(backend, IpFamily.V6, chain, "NFQUEUE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"eth0", "*"})
  void whatIsForwardedOutOfAHostEndpointIsQueuedOnce(String endpoint) throws Exception {
    for (Backend backend : Backend.values()) {
      try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
        lab.startDns(RulesLab.WORKLOAD);
        lab.startDns(RulesLab.SERVER);
        CommandRunner runner = lab.runner(RulesLab.HOST);
        new SourceSets(runner).replace(SOURCES);
        KernelRules rules = new KernelRules(runner, backend);
        RulesConfig.Builder config =
            open().forwardEndpoints(List.of(new HostEndpointRule(endpoint)));

        rules.apply(config.build());
        // A workload's flow is queued where its own policy is asked, and not again.
        assertTrue(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"));
        assertTrue(lab.reaches(RulesLab.WORKLOAD, "fd02::2"));
        assertEquals(2L, judged(lab, backend, "ng-wl"));
        assertEquals(0L, judged(lab, backend, "ng-hep-fwd"));
        // What goes to a workload is not for a host endpoint, and answers are known flows.
        assertTrue(lab.reaches(RulesLab.SERVER, "10.1.0.2"));
        assertTrue(lab.reaches(RulesLab.SERVER, "fd01::2"));
        assertEquals(0L, judged(lab, backend, "ng-hep-fwd"));
        // Questions and answers of DNS go the way that they go without it.
        expect(lab, backend, RulesLab.WORKLOAD, "10.2.0.2", List.of(0L, 1L, 0L, 0L, 1L, 0L));
        expect(lab, backend, RulesLab.WORKLOAD, "fd02::2", List.of(0L, 1L, 0L, 0L, 1L, 0L));

        rules.apply(config.interfacePrefixes(List.of("tap")).build());
        // The same flow where that interface is no workload's.
        assertTrue(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"));
        assertTrue(lab.reaches(RulesLab.WORKLOAD, "fd02::2"));
        assertEquals(2L, judged(lab, backend, "ng-hep-fwd"));
        rules.apply(config.failureMode(FailureMode.CLOSED).build());
        assertFalse(lab.reaches(RulesLab.WORKLOAD, "10.2.0.2"));
        assertFalse(lab.reaches(RulesLab.WORKLOAD, "fd02::2"));
      }
    }
  }

  /** A connection that conntrack forgets while nothing is said, and that goes on then. */
  private static void speakAfterSilence(RulesLab lab) throws Exception {
    String speak = "(sleep 3; printf one-line; sleep 1) | nc -w 2 10.2.0.2 5300";
    CommandRunner.Result unused = lab.runner(RulesLab.WORKLOAD).run(List.of("sh", "-c", speak), "");
  }

  @ParameterizedTest
  @EnumSource
  void whatConntrackFindsInvalidIsDroppedUnlessPolicyIsAsked(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.SERVER);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      new SourceSets(runner).replace(SOURCES);
      KernelRules rules = new KernelRules(runner, backend);

      rules.apply(open().build());
      lab.run(
          RulesLab.HOST,
          "sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0"
              + " net.netfilter.nf_conntrack_tcp_timeout_established=1");
      speakAfterSilence(lab);
      assertTrue(lab.packets(backend, IpFamily.V4, "ng-wl", "DROP") > 0, "dropped");
      assertEquals(1L, lab.packets(backend, IpFamily.V4, "ng-wl", "NFQUEUE"), "the first segment");

      rules.apply(open().dropInvalid(false).build());
      speakAfterSilence(lab);
      assertTrue(lab.packets(backend, IpFamily.V4, "ng-wl", "NFQUEUE") > 1, "policy is asked");
    }
  }
}
