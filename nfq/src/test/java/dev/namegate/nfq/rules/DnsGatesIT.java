// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which way DNS over TCP goes, and what becomes of replies that are only copied. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DnsGatesIT {
  private static RulesConfig.Builder open() {
    return RulesConfig.builder()
        .failureMode(FailureMode.OPEN)
        .endpointToHostAction(EndpointToHostAction.ACCEPT)
        .trustedServers(
            List.of(
                new TrustedServer(IpAddress.parse("10.1.0.1"), 53),
                new TrustedServer(IpAddress.parse("10.2.0.2"), 53),
                new TrustedServer(IpAddress.parse("fd02::2"), 53),
                new TrustedServer(IpAddress.parse("::1"), 53)));
  }

  private static long gate(RulesLab lab, Backend backend, IpFamily family, String chain)
      throws Exception {
    return lab.packets(backend, family, chain, "ng-reply");
  }

  private static void ask(RulesLab lab, String from, String options, String server)
      throws Exception {
    String command = "dig +short +tries=1 +time=3 " + options + "@" + server + " www.example.com";
    assertEquals("192.0.2.1\n", lab.run(from, command));
  }

  @ParameterizedTest
  @EnumSource
  void everySegmentOfATcpReplyIsQueuedOnceAndNoneOfItsQuery(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.HOST);
      lab.startDns(RulesLab.SERVER);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      new SourceSets(runner)
          .replace(
              List.of(
                  new SourceAddress("cali1", Cidr.parse("10.1.0.2")),
                  new SourceAddress("cali1", Cidr.parse("fd01::2"))));
      new KernelRules(runner, backend).apply(open().build());

      ask(lab, RulesLab.WORKLOAD, "+tcp ", "10.2.0.2");
      ask(lab, RulesLab.WORKLOAD, "+tcp ", "fd02::2");
      for (IpFamily family : IpFamily.ALL) {
        long segments = gate(lab, backend, family, "ng-fwd");
        // SYN-ACK, the answer and what closes the connection, at the least.
        assertTrue(segments >= 3, () -> family + ": " + segments);
        assertEquals(segments, lab.packets(backend, family, "ng-reply", "NFQUEUE"));
        assertEquals(0L, lab.packets(backend, family, "ng-fwd", "ng-query"));
      }

      ask(lab, RulesLab.WORKLOAD, "+tcp ", "10.1.0.1");
      assertTrue(gate(lab, backend, IpFamily.V4, "ng-out") >= 3, "answered by this host");
      ask(lab, RulesLab.HOST, "+tcp ", "10.2.0.2");
      assertTrue(gate(lab, backend, IpFamily.V4, "ng-in") >= 3, "asked by this host");
      ask(lab, RulesLab.HOST, "+tcp ", "::1");
      assertTrue(gate(lab, backend, IpFamily.V6, "ng-in") >= 3, "asked and answered here");
      assertEquals(0L, gate(lab, backend, IpFamily.V6, "ng-out"), "met once");
    }
  }

  /**
   * D1: in the modes that delay no reply, no rule leads one to a queue, and so no reply waits for
   * anybody.
   */
  @ParameterizedTest
  @EnumSource
  void copiedRepliesWaitInNoQueue(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.withWorkloadAndServer()) {
      lab.startDns(RulesLab.HOST);
      lab.startDns(RulesLab.SERVER);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      KernelRules rules = new KernelRules(runner, backend);
      RulesConfig copies =
          open()
              .failureMode(FailureMode.CLOSED)
              .copiesReplies(true)
              .interfacePrefixes(List.of())
              .build();

      rules.apply(copies);

      assertEquals(0, HeldRules.read(runner).queues().size());
      for (String options : List.of("", "+tcp ")) {
        ask(lab, RulesLab.HOST, options, "10.2.0.2");
        ask(lab, RulesLab.HOST, options, "fd02::2");
        ask(lab, RulesLab.HOST, options, "::1");
        ask(lab, RulesLab.WORKLOAD, options, "10.1.0.1");
        ask(lab, RulesLab.WORKLOAD, options, "10.2.0.2");
      }
      assertTrue(lab.packets(backend, IpFamily.V4, "ng-reply", "NFLOG") >= 12);
      assertTrue(lab.packets(backend, IpFamily.V6, "ng-reply", "NFLOG") >= 8);

      // The mode is a matter of rules only: the same processes, other rules.
      rules.apply(copies.toBuilder().copiesReplies(false).failureMode(FailureMode.OPEN).build());
      ask(lab, RulesLab.HOST, "", "10.2.0.2");
      assertEquals(1L, lab.packets(backend, IpFamily.V4, "ng-reply", "NFQUEUE"));
      assertEquals(0L, lab.packets(backend, IpFamily.V4, "ng-reply", "NFLOG"));
    }
  }
}
