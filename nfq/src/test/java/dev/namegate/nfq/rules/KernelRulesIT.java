// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The reconciler against the real kernel, with both backends. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class KernelRulesIT {
  /** What somebody else has: each kind of place that our rules share. */
  private static final String BY_HAND =
      """
      *raw
      :mine - [0:0]
      -A PREROUTING -i eth9 -j ACCEPT
      -A mine -m comment --comment "not ng:0123456789abcdef" -j DROP
      COMMIT
      *security
      :ng-custom - [0:0]
      -A INPUT -i eth9 -j DROP
      -A FORWARD -i eth9 -j ng-custom
      -A ng-custom -m comment --comment "ng:short" -j RETURN
      COMMIT
      *filter
      -A INPUT -i eth9 -m comment --comment "a \\"quoted\\" word" -j DROP
      -A FORWARD -o eth9 -j ACCEPT
      COMMIT
      """;

  static Stream<Arguments> casesAndBackends() throws Exception {
    List<Arguments> arguments = new ArrayList<>();
    for (Path directory : (Iterable<Path>) IptablesTextGoldenTest.cases()::iterator) {
      for (Backend backend : Backend.values()) {
        arguments.add(Arguments.of(directory, backend));
      }
    }
    return arguments.stream();
  }

  private static RulesConfig config(String name) throws Exception {
    return ConfigFile.read(Path.of("src/test/resources/golden", name, "rules.properties"));
  }

  private static void byHand(RulesLab lab) throws Exception {
    for (Backend backend : Backend.values()) {
      for (IpFamily family : IpFamily.ALL) {
        String restore = family.command(backend, "restore");
        lab.restore(restore.substring(0, restore.lastIndexOf('-')), BY_HAND);
      }
    }
    lab.run(RulesLab.HOST, "ipset create ng-mine hash:net,iface");
    lab.run(RulesLab.HOST, "ipset add ng-mine 10.0.0.0/8,eth9");
  }

  @ParameterizedTest
  @MethodSource("casesAndBackends")
  void isReadBackAppliedTwiceAndSweptWithoutATrace(Path directory, Backend backend)
      throws Exception {
    RulesConfig config = ConfigFile.read(directory.resolve("rules.properties"));
    try (RulesLab lab = RulesLab.host()) {
      byHand(lab);
      String found = lab.everything();
      KernelRules rules = new KernelRules(lab.runner(RulesLab.HOST), backend);

      boolean changed = rules.apply(config);
      String applied = lab.everything();
      assertEquals(!found.equals(applied), changed);
      assertEquals(List.of(), rules.verify(config));

      assertFalse(rules.apply(config));
      assertEquals(applied, lab.everything());

      SweepReport report = rules.sweep();
      assertEquals(found, lab.everything());
      assertEquals(List.of(), report.leftInPlace());
      assertEquals(changed, !report.removed().isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource
  void sweepsWhatCrashedRunsLeftInBothBackends(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.host()) {
      byHand(lab);
      String found = lab.everything();
      CommandRunner runner = lab.runner(RulesLab.HOST);
      new SourceSets(runner).replace(List.of(new SourceAddress("cali1", Cidr.parse("10.1.0.2"))));
      KernelRules crashed = new KernelRules(runner, backend.other());
      crashed.apply(config("workload-to-host-by-policy"));
      lab.run(RulesLab.HOST, "ipset create ng-src4-next hash:net,iface family inet maxelem 65536");
      new KernelRules(hiding(backend.other(), runner), backend)
          .apply(config("servers-on-two-ports-fail-open"));

      new KernelRules(runner, backend).sweep();

      assertEquals(found, lab.everything());
    }
  }

  /** Answers for the commands of this backend that there is nothing and nothing to do. */
  private static CommandRunner hiding(Backend hidden, CommandRunner runner) {
    return (command, input) ->
        command.get(0).contains("-" + hidden.infix() + "-")
            ? new CommandRunner.Result(0, "", "")
            : runner.run(command, input);
  }

  @ParameterizedTest
  @EnumSource
  void movesFromOneBackendToTheOther(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.host()) {
      RulesConfig config = config("workloads-and-two-servers");
      CommandRunner runner = lab.runner(RulesLab.HOST);
      KernelRules former = new KernelRules(runner, backend.other());
      former.apply(config);
      KernelRules rules = new KernelRules(runner, backend);

      assertTrue(rules.apply(config));

      assertEquals(List.of(), rules.verify(config));
      assertEquals(
          0L,
          lab.run(RulesLab.HOST, IpFamily.V4.command(backend.other(), "save"))
              .lines()
              .filter(line -> line.contains("ng-"))
              .count());
    }
  }

  @ParameterizedTest
  @EnumSource
  void putsTheFormerRulesBackWhenIpv6Fails(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.host()) {
      byHand(lab);
      CommandRunner runner = lab.runner(RulesLab.HOST);
      RulesConfig former = config("host-endpoints-by-name-with-failsafe-nets");
      new KernelRules(runner, backend).apply(former);
      String before = lab.everything();
      boolean[] failed = {false};
      CommandRunner failing =
          (command, input) -> {
            if (!failed[0] && command.get(0).equals(IpFamily.V6.command(backend, "restore"))) {
              failed[0] = true;
              // The same mistake that a kernel without a match makes of a good rule.
              return runner.run(command, input.replace("-m conntrack", "-m nosuchmatch"));
            }
            return runner.run(command, input);
          };

      KernelRulesException e =
          assertThrows(
              KernelRulesException.class,
              () -> new KernelRules(failing, backend).apply(config("workloads-and-two-servers")));

      assertTrue(e.advice().contains("--reinstall iptables"), e::getMessage);
      assertEquals(sortedLines(before), sortedLines(lab.everything()));
      assertEquals(List.of(), new KernelRules(runner, backend).verify(former));
    }
  }

  /** The order of chains in a dump is the kernel's. */
  private static List<String> sortedLines(String text) {
    return text.lines().sorted().toList();
  }

  @ParameterizedTest
  @EnumSource
  void repairsWhatAFlushTook(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.host()) {
      RulesConfig config = config("workloads-and-two-servers");
      CommandRunner runner = lab.runner(RulesLab.HOST);
      KernelRules rules = new KernelRules(runner, backend);
      rules.apply(config);
      String applied = lab.everything();
      lab.run(RulesLab.HOST, "iptables-" + backend.infix() + " -t security -F");

      assertNotEquals(List.of(), rules.verify(config));
      assertTrue(rules.apply(config));

      assertEquals(List.of(), rules.verify(config));
      assertEquals(sortedLines(applied), sortedLines(lab.everything()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void detachesAndTakesHoldAgain(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.host()) {
      RulesConfig config = config("host-endpoint-on-all-interfaces");
      KernelRules rules = new KernelRules(lab.runner(RulesLab.HOST), backend);
      rules.apply(config);

      rules.detach();

      List<Difference> differences = rules.verify(config);
      assertEquals(6, differences.size(), differences::toString);
      assertTrue(
          differences.stream().allMatch(d -> d.text().equals("does not lead to ours")),
          differences::toString);
      assertTrue(rules.apply(config));
      assertEquals(List.of(), rules.verify(config));
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsTheBackendThatHoldsRules(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.host()) {
      lab.restore("ip6tables-" + backend.infix(), BY_HAND);

      assertEquals(backend, HeldRules.read(lab.runner(RulesLab.HOST)).backend());
    }
  }

  @ParameterizedTest
  @EnumSource
  void explainsWhatTheKernelRefuses(Backend backend) throws Exception {
    try (RulesLab lab = RulesLab.host()) {
      CommandRunner runner = lab.runner(RulesLab.HOST);
      CommandRunner unprivileged =
          (command, input) -> {
            List<String> words = new ArrayList<>(List.of("setpriv", "--reuid", "65534"));
            words.addAll(List.of("--clear-groups", "--"));
            words.addAll(command);
            return runner.run(words, input);
          };
      KernelRulesException e =
          assertThrows(
              KernelRulesException.class,
              () ->
                  new KernelRules(unprivileged, backend)
                      .apply(config("workloads-and-two-servers")));
      assertTrue(e.advice().contains("run as root"), e::getMessage);

      KernelRulesException missing =
          assertThrows(
              KernelRulesException.class,
              () -> CommandRunner.here().run(List.of("ipset-of-nobody"), ""));
      assertEquals(KernelRulesException.NO_EXIT_CODE, missing.exitCode());
    }
  }
}
