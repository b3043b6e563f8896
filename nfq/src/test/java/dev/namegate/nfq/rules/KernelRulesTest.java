// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KernelRulesTest {
  private static final String V4 = "iptables-nft";
  private static final String V6 = "ip6tables-nft";

  private final FakeKernel kernel = new FakeKernel();
  private final KernelRules rules = new KernelRules(kernel, Backend.NFT);
  private final RulesConfig config = config("10.96.0.10", "fd00:96::10");

  private static RulesConfig config(String... servers) {
    return RulesConfig.builder()
        .trustedServers(
            List.of(servers).stream()
                .map(server -> new TrustedServer(IpAddress.parse(server), 53))
                .toList())
        .build();
  }

  @Test
  void givesAnEmptyKernelTheRenderedText() throws Exception {
    assertTrue(rules.apply(config));

    assertEquals(KernelRules.document(config, IpFamily.V4), kernel.restored(V4));
    assertEquals(KernelRules.document(config, IpFamily.V6), kernel.restored(V6));
    assertEquals(List.of(), rules.verify(config));
  }

  @Test
  void makesSetsThenTheChainsOfBothFamiliesThenTheJumps() throws Exception {
    rules.apply(config);

    List<String> steps =
        kernel.calls().stream()
            .filter(call -> !call.input().isEmpty())
            .map(
                call ->
                    call.command().split(" ", 2)[0] + (call.input().contains(":ng") ? " :" : ""))
            .toList();
    assertEquals(
        List.of(
            "ipset",
            "iptables-nft-restore :",
            "ip6tables-nft-restore :",
            "iptables-nft-restore",
            "ip6tables-nft-restore"),
        steps);
  }

  @Test
  void plansWithoutWritingAndTakesTheSetsAsTheyAreWhenItWrites() throws Exception {
    KernelRules.Plan plan = rules.plan(config);
    assertTrue(kernel.calls().stream().allMatch(call -> call.input().isEmpty()));
    new SourceSets(kernel)
        .replace(List.of(new SourceAddress("cali1", Cidr.parse("10.65.0.2")))); // meanwhile

    assertTrue(rules.apply(plan));

    assertEquals(List.of(), rules.verify(config));
    assertFalse(rules.apply(rules.plan(config)));
  }

  /**
   * Of a start over rules that an earlier daemon left, while a firewall's service loads its own.
   */
  @Test
  void aPlanWithoutChangesMissesNoneThatCameAfterIt() throws Exception {
    rules.apply(config);
    KernelRules.Plan plan = rules.plan(config);
    new KernelRules(kernel, Backend.NFT).detach();
    assertFalse(rules.verify(config).isEmpty());

    assertTrue(rules.apply(plan));

    assertEquals(List.of(), rules.verify(config));
  }

  @Test
  void readsTablesAndSetsBeforeItWritesAndTablesOnceMoreAfterwards() throws Exception {
    rules.apply(config);

    List<String> reading =
        kernel.calls().stream()
            .filter(call -> call.input().isEmpty())
            .map(call -> call.command())
            .toList();
    assertEquals(
        List.of(V4 + "-save", V6 + "-save", "ipset list -t", V4 + "-save", V6 + "-save"),
        reading.subList(0, 5));
  }

  @Test
  void appliedTwiceChangesNothing() throws Exception {
    rules.apply(config);
    String before = kernel.state();
    kernel.calls().clear();

    assertFalse(rules.apply(config));

    assertEquals(before, kernel.state());
    assertTrue(kernel.calls().stream().allMatch(call -> call.input().isEmpty()));
  }

  @Test
  void leadsNoReplyToAQueueWhenRepliesAreOnlyCopied() throws Exception {
    RulesConfig copies = config.toBuilder().copiesReplies(true).build();
    assertTrue(KernelRules.text(config).contains("--queue-num " + config.dnsQueue()));

    rules.apply(copies);

    assertEquals(Set.of(copies.flowsQueue()), HeldRules.read(kernel).queues());
    assertFalse(KernelRules.text(copies).contains("--queue-num " + copies.dnsQueue()));
    assertTrue(
        KernelRules.text(copies).contains("-j NFLOG --nflog-group " + copies.replyLogGroup()));
    assertEquals(List.of(), rules.verify(copies));
    assertFalse(rules.verify(config).isEmpty());
  }

  @Test
  void tellsToWhichQueuesTheRulesInTheKernelLeadWhoeverMadeThem() throws Exception {
    assertEquals(Set.of(), HeldRules.read(kernel).queues());
    rules.apply(config);
    assertEquals(Set.of(config.dnsQueue(), config.flowsQueue()), HeldRules.read(kernel).queues());
    RulesConfig other =
        RulesConfig.builder()
            .trustedServers(config.trustedServers())
            .dnsQueue(7)
            .flowsQueue(65_535)
            .build();
    new KernelRules(kernel, Backend.LEGACY).apply(other);
    assertEquals(Set.of(7, 65_535), HeldRules.read(kernel).queues());
    rules.sweep();
    assertEquals(Set.of(), HeldRules.read(kernel).queues());
  }

  @Test
  void tellsAllQueuesThatFlowsAreSpreadOver() throws Exception {
    RulesConfig several =
        config.toBuilder().flowsQueue(200).flowQueues(3).failureMode(FailureMode.OPEN).build();

    rules.apply(several);

    assertEquals(Set.of(config.dnsQueue(), 200, 201, 202), HeldRules.read(kernel).queues());
    assertEquals(List.of(), rules.verify(several));
    assertFalse(rules.verify(config).isEmpty());
    assertFalse(
        rules.verify(several.toBuilder().flowQueueSpread(FlowQueueSpread.CPU).build()).isEmpty());
  }

  @Test
  void replacesWhatAPredecessorLeftWithoutAGap() throws Exception {
    RulesConfig former =
        RulesConfig.builder()
            .trustedServers(config("10.0.0.1").trustedServers())
            .hostEndpoints(List.of(new HostEndpointRule("*")))
            .build();
    rules.apply(former);
    kernel.afterCommit(
        () -> {
          for (String hook : List.of("INPUT", "FORWARD", "OUTPUT")) {
            assertEquals(1, kernel.chain(V4, "security", hook).size(), hook);
          }
          assertTrue(kernel.chain(V4, "security", "ng-fwd").toString().contains("ng-wl"));
          assertTrue(kernel.chain(V4, "security", "ng-wl").toString().contains("NFQUEUE"));
        });

    assertTrue(new KernelRules(kernel, Backend.NFT).apply(config));

    assertEquals(List.of(), rules.verify(config));
    assertEquals(List.of(), kernel.chain(V4, "security", "ng-hep"));
  }

  @Test
  void rewritesOnlyChainsThatDiffer() throws Exception {
    rules.apply(config);
    kernel.calls().clear();

    rules.apply(config("10.96.0.11", "fd00:96::10"));

    List<String> declared =
        kernel.restored(V4).lines().filter(line -> line.startsWith(":")).toList();
    assertEquals(List.of(":ng-query - [0:0]", ":ng-reply - [0:0]"), declared);
    assertEquals("", kernel.restored(V6));
  }

  @ParameterizedTest
  @ValueSource(strings = {":ng-", "-A INPUT"})
  void takesEverythingBackWhenIpv6Fails(String phase) {
    kernel.failOnce(
        call -> call.command().startsWith(V6 + "-restore") && call.input().contains(phase),
        2,
        "Extension NFQUEUE revision 0 not supported, missing kernel module?\n");

    KernelRulesException e = assertThrows(KernelRulesException.class, () -> rules.apply(config));

    assertTrue(e.advice().contains("modprobe xt_NFQUEUE"), e::getMessage);
    assertEquals("ip6tables-nft-restore -w 5 --noflush", e.command());
    assertEquals(2, e.exitCode());
    assertFalse(kernel.state().contains("ng-"), kernel::state);
  }

  @Test
  void putsThePredecessorsRulesBackWhenIpv6Fails() throws Exception {
    rules.apply(config);
    String before = kernel.state();
    kernel.failOnce(call -> call.command().startsWith(V6 + "-restore"), 4, "");

    assertThrows(KernelRulesException.class, () -> rules.apply(config("10.0.0.1", "fd00::1")));

    assertEquals(before, kernel.state());
    assertEquals(List.of(), rules.verify(config));
  }

  @Test
  void saysSoWhenTheFormerRulesCannotBePutBack() {
    kernel.failOnce(call -> call.command().startsWith(V6 + "-restore"), 2, "first\n");
    kernel.failOnce(
        call -> call.command().startsWith(V4 + "-restore") && call.input().contains("-X"),
        3,
        "second\n");

    KernelRulesException e = assertThrows(KernelRulesException.class, () -> rules.apply(config));

    assertTrue(e.detail().contains("first"), e::getMessage);
    assertTrue(e.toString().contains("second"), e::getMessage);
    assertTrue(e.toString().contains("namegate cleanup"), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-F ng-fwd | V4 security ng-fwd: its rules are not ours",
        "-A ng-wl -j RETURN | V4 security ng-wl: its rules are not ours",
        "-F INPUT | V4 security INPUT: does not lead to ours",
        "-A INPUT -s 10.9.9.9/32 -j DROP | V4 security INPUT: leads to ours at a wrong place",
      })
  void findsAndRepairsWhatOthersChanged(String change, String difference) throws Exception {
    rules.apply(config);
    hand(V4, "security", change);

    assertEquals(List.of(difference), rules.verify(config).stream().map(d -> "" + d).toList());
    assertTrue(rules.apply(config));

    assertEquals(List.of(), rules.verify(config));
    assertFalse(rules.apply(config));
  }

  @Test
  void mendsADoubledJump() throws Exception {
    rules.apply(config);
    String jump = kernel.chain(V4, "security", "INPUT").get(0);
    hand(V4, "security", "-A INPUT " + jump);

    rules.apply(config);

    assertEquals(List.of(jump), kernel.chain(V4, "security", "INPUT"));
  }

  @Test
  void standsFirstInRawAndLastInSecurity() throws Exception {
    hand(V4, "raw", "-A PREROUTING -s 10.9.9.9/32 -j ACCEPT");
    hand(V4, "security", "-A INPUT -s 10.9.9.9/32 -j DROP");

    rules.apply(config);

    assertTrue(kernel.chain(V4, "raw", "PREROUTING").get(0).endsWith("ng-raw"));
    assertTrue(kernel.chain(V4, "security", "INPUT").get(1).endsWith("ng-in"));
  }

  @Test
  void refusesToTakeAChainThatIsSomebodyElses() throws Exception {
    hand(V4, "security", ":ng-in - [0:0]", "-A ng-in -s 10.9.9.9/32 -j DROP");
    String before = kernel.state();

    KernelRulesException e = assertThrows(KernelRulesException.class, () -> rules.apply(config));

    assertTrue(e.detail().contains("chain ng-in of table security is not ours"), e::getMessage);
    assertEquals(before, kernel.state());
  }

  @Test
  void sweepsBothBackendsAndLeavesTheRest() throws Exception {
    for (String tool : List.of(V4, "iptables-legacy", "ip6tables-legacy", V6)) {
      hand(
          tool,
          "security",
          ":ng-custom - [0:0]",
          "-A ng-custom -m comment --comment ng:mine -j DROP",
          "-A INPUT -m comment --comment \"see --comment ng:0123456789abcdef here\" -j ng-custom");
      hand(tool, "filter", ":mine - [0:0]", "-A INPUT -j DROP", "-A mine -j ACCEPT");
    }
    // A table's kernel chains appear with its first use and stay.
    for (String tool : List.of(V4, "iptables-legacy", "ip6tables-legacy", V6)) {
      hand(tool, "raw", "-F OUTPUT");
    }
    String before = kernel.state();
    new KernelRules(kernel, Backend.LEGACY).apply(config);
    // A crash between two runs, the second with another backend.
    copyRules("iptables-legacy", V4);
    new SourceSets(kernel).replace(List.of(source("cali1", "10.1.0.1")));

    SweepReport report = rules.sweep();

    assertEquals(before, kernel.state());
    assertEquals(List.of(), report.leftInPlace());
    assertTrue(report.removed().contains("set ng-src4"));
    assertTrue(report.removed().contains("LEGACY V4 security: rule in INPUT"));
    assertTrue(report.removed().contains("NFT V4 security: chain ng-wl"));
    assertEquals(List.of(), rules.sweep().removed());
  }

  @Test
  void sweepsTheEmptyChainsThatAFlushLeaves() throws Exception {
    rules.apply(config);
    for (String chain : List.of("INPUT", "FORWARD", "OUTPUT", "ng-in", "ng-fwd", "ng-wl")) {
      hand(V4, "security", "-F " + chain);
    }
    hand(V4, "security", ":ng-stranger - [0:0]");

    rules.sweep();

    assertEquals(
        "[INPUT, FORWARD, OUTPUT, ng-stranger]",
        kernel
            .run(List.of("iptables-nft-save"), "")
            .output()
            .lines()
            .dropWhile(line -> !line.equals("*security"))
            .filter(line -> line.startsWith(":"))
            .map(line -> line.substring(1).split(" ", 2)[0])
            .toList()
            .toString());
  }

  @Test
  void emptiesAChainThatAForeignRuleLeadsTo() throws Exception {
    rules.apply(config);
    hand(V4, "security", "-I FORWARD 1 -i eth5 -j ng-wl");

    SweepReport report = rules.sweep();

    assertEquals(
        List.of("NFT V4 security: chain ng-wl, to which a rule that is not ours leads"),
        report.leftInPlace());
    assertEquals(List.of("-i eth5 -j ng-wl"), kernel.chain(V4, "security", "FORWARD"));
    assertEquals(List.of(), kernel.chain(V4, "security", "ng-wl"));
    assertTrue(rules.apply(config));
    assertEquals(List.of(), rules.verify(config));
  }

  @Test
  void detachTakesTheJumpsOnly() throws Exception {
    rules.apply(config);

    rules.detach();

    assertEquals(List.of(), kernel.chain(V4, "security", "INPUT"));
    assertEquals(List.of(), kernel.chain(V6, "raw", "PREROUTING"));
    assertFalse(kernel.chain(V4, "security", "ng-in").isEmpty());
    assertTrue(rules.apply(config));
    assertEquals(List.of(), rules.verify(config));
  }

  @Test
  void clearsTheOtherBackendOnceThisOneHolds() throws Exception {
    new KernelRules(kernel, Backend.LEGACY).apply(config);
    kernel.calls().clear();

    assertTrue(rules.apply(config));

    List<String> order =
        kernel.calls().stream()
            .filter(call -> call.command().contains("tables") && !call.input().isEmpty())
            .map(call -> call.command().split(" ", 2)[0])
            .distinct()
            .toList();
    assertEquals(
        List.of(
            "iptables-nft-restore",
            "ip6tables-nft-restore",
            "iptables-legacy-restore",
            "ip6tables-legacy-restore"),
        order);
    assertEquals(List.of(), kernel.chain("iptables-legacy", "security", "INPUT"));
  }

  @Test
  void worksWhereOneBackendIsNotInstalled() throws Exception {
    kernel.uninstall(Backend.LEGACY);

    rules.apply(config);
    rules.detach();
    rules.sweep();

    assertFalse(kernel.state().contains("ng-"), kernel::state);
  }

  @Test
  void saysWhichPackageIsMissing() {
    kernel.uninstall(Backend.NFT);

    KernelRulesException e = assertThrows(KernelRulesException.class, () -> rules.apply(config));

    assertEquals(KernelRulesException.NO_EXIT_CODE, e.exitCode());
    assertTrue(e.advice().contains("apt-get install iptables"), e::getMessage);
  }

  @Test
  void needsNoSetsWithoutWorkloads() throws Exception {
    rules.apply(config);

    RulesConfig hostOnly =
        RulesConfig.builder()
            .interfacePrefixes(List.of())
            .hostEndpoints(List.of(new HostEndpointRule("eth0")))
            .build();
    assertTrue(rules.apply(hostOnly));

    assertFalse(kernel.state().contains("ng-src"), kernel::state);
    assertFalse(kernel.state().contains("ng-raw"), kernel::state);
    assertFalse(rules.apply(hostOnly));
  }

  @Test
  void takesItsRulesOutOfIpv6WhenThatIsSwitchedOff() throws Exception {
    rules.apply(config);

    rules.apply(RulesConfig.builder().ipv6(false).build());

    assertEquals(List.of(), kernel.chain(V6, "security", "INPUT"));
    assertFalse(kernel.chain(V4, "security", "INPUT").isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, NFT",
    "1, 0, NFT",
    "0, 1, LEGACY",
    "1, 1, NFT",
  })
  void followsTheBackendThatOthersUse(int inNft, int inLegacy, Backend expected) throws Exception {
    new KernelRules(kernel, expected.other()).apply(config);
    for (int i = 0; i < inNft; i++) {
      hand(V6, "filter", "-A INPUT -j DROP");
    }
    for (int i = 0; i < inLegacy; i++) {
      hand("iptables-legacy", "filter", "-A INPUT -j DROP");
    }

    assertEquals(expected, HeldRules.read(kernel).backend());
  }

  @Test
  void takesTheBackendThatIsInstalled() throws Exception {
    kernel.uninstall(Backend.NFT);

    assertEquals(Backend.LEGACY, HeldRules.read(kernel).backend());
  }

  private static SourceAddress source(String interfaceName, String net) {
    return new SourceAddress(interfaceName, Cidr.parse(net));
  }

  /** Somebody changes a table by hand. */
  private void hand(String tool, String table, String... lines) throws Exception {
    String script = "*" + table + "\n" + String.join("\n", lines) + "\nCOMMIT\n";
    CommandRunner.Result result = kernel.run(List.of(tool + "-restore"), script);
    assertEquals(0, result.exitCode(), result::error);
  }

  private void copyRules(String from, String to) throws Exception {
    String script =
        kernel
            .run(List.of(from + "-save"), "")
            .output()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .filter(line -> !line.matches(":[A-Z].*|.*(mine|ng-custom).*|-A INPUT -j DROP"))
            .reduce("", (all, line) -> all + line + "\n");
    CommandRunner.Result result = kernel.run(List.of(to + "-restore"), script);
    assertEquals(0, result.exitCode(), result::error);
  }
}
