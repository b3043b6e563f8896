// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ExplainCommandTest {
  private static final String RESOURCES =
      """
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata: {name: n1-k8s-web-eth0, namespace: shop, labels: {app: web}}
      spec:
        node: n1
        orchestrator: k8s
        pod: web
        endpoint: eth0
        interfaceName: cali1
        ipNetworks: [10.65.0.2/32, 'fd65::2/128']
        profiles: [projectcalico-default-allow]
      ---
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata: {name: uplink}
      spec: {node: n1, interfaceName: eth0, expectedIPs: [192.0.2.1]}
      ---
      apiVersion: projectcalico.org/v3
      kind: Tier
      metadata: {name: security}
      spec: {order: 10}
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: no-telnet}
      spec:
        tier: security
        types: [Egress]
        egress:
          - {action: Deny, protocol: TCP, destination: {ports: [23]}}
          - {action: Pass}
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkSet
      metadata: {name: partners, labels: {role: partner}}
      spec: {nets: [203.0.113.0/24], allowedEgressDomains: ['*.partner.test']}
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: names}
      spec:
        types: [Egress]
        applyOnForward: true
        egress:
          - {action: Allow, protocol: UDP, destination: {ports: [53]}}
          - {action: Allow, protocol: TCP, destination: {selector: role == 'partner', ports: [443]}}
          - {action: Allow, destination: {domains: ['*.google.com']}}
      ---
      apiVersion: projectcalico.org/v3
      kind: StagedGlobalNetworkPolicy
      metadata: {name: no-partners}
      spec:
        order: 1
        types: [Egress]
        egress:
          - {action: Deny, protocol: TCP, destination: {ports: [443]}}
          - {action: Pass}
      """;

  @TempDir private Path directory;

  /** What a command printed. */
  private record Run(int exit, String out, String err) {
    List<String> lines() {
      return out.lines().map(String::strip).toList();
    }
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(directory.resolve("all.yaml"), RESOURCES);
  }

  private Run explain(String arguments) {
    List<String> words =
        new ArrayList<>(List.of("explain", "--resources", directory.toString(), "--node", "n1"));
    words.addAll(List.of(arguments.split(" ", -1)));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new Namegate())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> Failures.report(failure, command.getErr()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(words.toArray(String[]::new));
    return new Run(exit, out.toString(), err.toString());
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource({
    "--endpoint cali1 --destination 203.0.113.9 --port 443, 0,"
        + " 'tier default, GlobalNetworkPolicy names, egress[1] Allow'",
    "--endpoint shop/n1-k8s-web-eth0 --destination 203.0.113.9 --port 23, 1,"
        + " 'tier security, GlobalNetworkPolicy no-telnet, egress[0] Deny'",
    "--endpoint cali1 --destination 203.0.113.9 --port 80, 1, 'end of tier default'",
    "--endpoint cali1 --destination www.google.com --port 80, 0,"
        + " 'tier default, GlobalNetworkPolicy names, egress[2] Allow'",
    "--endpoint cali1 --destination google.com --port 80, 1, 'end of tier default'",
    "--endpoint cali1 --destination 192.0.2.9 --port 443 --learnt a.test=b.partner.test"
        + " --learnt b.partner.test=192.0.2.9, 0,"
        + " 'tier default, GlobalNetworkPolicy names, egress[1] Allow'",
    "--endpoint cali1 --destination 192.0.2.9 --port 443 --learnt partner.test=192.0.2.9, 1,"
        + " 'end of tier default'",
    "--endpoint cali1 --protocol UDP --destination 2001:db8::1 --port 53, 0,"
        + " 'tier default, GlobalNetworkPolicy names, egress[0] Allow'",
    "--endpoint cali1 --protocol ICMP --destination 192.0.2.9 --icmp-type 8, 1,"
        + " 'end of tier default'",
    "--endpoint cali1 --protocol UDP --destination 192.0.2.9 --port 4789, 1,"
        + " 'denied before any policy: allowVXLANPacketsFromWorkloads is false'",
    "--protocol UDP --destination 192.0.2.9 --port 67, 0,"
        + " 'allowed before any policy: failsafeOutboundHostPorts has udp:67'",
    "--destination 192.0.2.9 --port 80, 1, 'end of tier default'",
    "--endpoint eth0 --destination 192.0.2.9 --port 179, 0,"
        + " 'allowed before any policy: failsafeOutboundHostPorts has tcp:179'",
    "--endpoint cali1 --destination 203.0.113.9 --port 443 --source 203.0.113.200, 1,"
        + " 'denied before any policy: a workload sends from its own addresses only'",
    "--endpoint cali1 --destination 192.0.2.1 --port 443, 1,"
        + " 'denied before any policy: defaultEndpointToHostAction is Drop'",
    "--protocol ICMPv6 --destination fe80::1 --icmp-type 135, 0,"
        + " 'allowed before any policy: without such ICMPv6 messages IPv6 has no link'",
    "--endpoint cali1 --destination v6.google.com --port 80 --source fd65::2, 0,"
        + " 'tier default, GlobalNetworkPolicy names, egress[2] Allow'",
    "--endpoint eth0 --forward --destination 192.0.2.9 --port 179, 1, 'end of tier default'"
  })
  void tellsWhatDecides(String arguments, int exit, String decidedBy) {
    Run run = explain(arguments);

    assertEquals(
        (exit == 0 ? "Allow: " : "Deny: ") + decidedBy,
        run.out().lines().findFirst().orElse(run.err()));
    assertEquals(exit, run.exit());
  }

  @Test
  void tellsTheWayAndWhatEachRuleCompared() {
    Run run =
        explain(
            "--endpoint cali1 --destination www.partner.test --port 443"
                + " --learnt www.partner.test=192.0.2.9");

    assertEquals(
        List.of(
            "Allow: tier default, GlobalNetworkPolicy names, egress[1] Allow",
            "flow      tcp 10.65.0.2 -> 192.0.2.9:443",
            "endpoint  WorkloadEndpoint shop/n1-k8s-web-eth0, cali1",
            "names     www.partner.test",
            "note      if it leaves through HostEndpoint uplink, that one has to allow it, too:"
                + " Allow: tier default, GlobalNetworkPolicy names, egress[1] Allow",
            "tier security: applies",
            "GlobalNetworkPolicy no-telnet: applies",
            "egress[0]: no match",
            "+ protocol TCP, is TCP",
            "- destination.ports 23, is 443",
            "egress[1]: Pass",
            "tier kube-admin: no policy is for this endpoint",
            "tier default: applies",
            "StagedGlobalNetworkPolicy no-partners: staged (Set), not enforced",
            "GlobalNetworkPolicy names: applies",
            "egress[0]: no match",
            "- protocol UDP, is TCP",
            "- destination.ports 53, is 443",
            "egress[1]: Allow",
            "+ protocol TCP, is TCP",
            "+ destination.ports 443, is 443",
            "+ destination.selector role == \"partner\", is 192.0.2.9, www.partner.test"
                + " (www.partner.test matches *.partner.test of GlobalNetworkSet(partners))",
            "were the staged policies enforced: Deny: tier default, StagedGlobalNetworkPolicy"
                + " no-partners, egress[0] Deny"),
        run.lines());
  }

  @Test
  void answersForEveryAddressAndFailsIfOneIsDenied() {
    Run run =
        explain(
            "--endpoint cali1 --destination x.test --port 443 --learnt x.test=203.0.113.1"
                + " --learnt x.test=192.0.2.9");

    assertEquals(1, run.exit());
    assertEquals(
        List.of(
            "Deny: end of tier default",
            "Allow: tier default, GlobalNetworkPolicy names, egress[1] Allow"),
        run.lines().stream().filter(line -> line.matches("(Allow|Deny): .*")).toList());
  }

  @Test
  void saysSoWhenANameIsNotLearnt() {
    Run run = explain("--endpoint cali1 --destination www.google.com --port 80");

    assertTrue(run.out().contains("www.google.com is not learnt: decided as if"), run.out());
  }

  @Test
  void printsJson() {
    Run run =
        explain("--endpoint cali1 --destination 203.0.113.9 --port 443 --source 10.65.0.2 --json");

    assertTrue(
        run.out()
            .startsWith(
                "[{\"action\":\"Allow\",\"decidedBy\":\"tier default, GlobalNetworkPolicy names,"
                    + " egress[1] Allow\",\"flow\":\"tcp 10.65.0.2 -> 203.0.113.9:443\","),
        run.out());
    assertTrue(
        run.out()
            .contains(
                "{\"criterion\":\"destination.ports\",\"wanted\":\"443\",\"actual\":\"443\","
                    + "\"matched\":true,\"via\":\"\"}"),
        run.out());
    assertTrue(run.out().contains("\"pending\":{\"action\":\"Deny\""), run.out());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "--endpoint cali2 --destination 192.0.2.9 --port 80, 'did you mean \"cali1\"?'",
    "--endpoint zzzzzz --destination 192.0.2.9 --port 80,"
        + " 'it has uplink, shop/n1-k8s-web-eth0'",
    "--endpoint cali1 --destination 192.0.2.9, TCP has ports: add --port",
    "--endpoint cali1 --protocol ICMP --destination 192.0.2.9 --port 80, leave --port out",
    "--endpoint cali1 --protocol TCQ --destination 192.0.2.9 --port 80, is no protocol",
    "--endpoint cali1 --destination 192.0.2.9 --port 70000, write 0 to 65535",
    "--endpoint cali1 --destination a..b --port 80, a..b",
    "--endpoint cali1 --destination 192.0.2.9 --port 80 --learnt nonsense, NAME=ADDRESS",
    "--endpoint cali1 --destination 192.0.2.9 --port 80 --source fd65::2, two families",
    "--endpoint cali1 --port 80, --destination"
  })
  void saysWhatIsWrongWithTheWords(String arguments, String message) {
    Run run = explain(arguments);

    assertEquals(2, run.exit(), run.out());
    assertTrue(run.err().contains(message), run.err());
    assertEquals("", run.out());
  }

  @Test
  void followsAsManyAliasesAsTheCacheDoes() {
    StringBuilder chain = new StringBuilder("--endpoint cali1 --destination 192.0.2.9 --port 80");
    chain.append(" --learnt www.google.com=a1.test");
    for (int i = 1; i < 20; i++) {
      chain.append(" --learnt a").append(i).append(".test=a").append(i + 1).append(".test");
    }

    assertEquals(1, explain(chain + " --learnt a20.test=192.0.2.9").exit());
    assertEquals(0, explain(chain + " --learnt a10.test=192.0.2.9").exit());
  }

  @Test
  void takesAPingForAnIcmpMessageOfNoType() {
    Run run = explain("--endpoint cali1 --protocol ICMP --destination 192.0.2.9");

    assertTrue(run.out().contains("icmp 10.65.0.2 -> 192.0.2.9 type 8"), run.out());
  }

  @Test
  void refusesResourcesWithErrors() throws IOException {
    Files.writeString(directory.resolve("bad.yaml"), "kind: [");

    Run run = explain("--endpoint cali1 --destination 192.0.2.9 --port 80");

    assertEquals(2, run.exit());
    assertTrue(run.err().contains("bad.yaml:1:"), run.err());
  }

  @Test
  void saysThatNoDaemonRuns() {
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new Namegate())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> Failures.report(failure, command.getErr()))
            .setErr(new PrintWriter(err))
            .execute(
                "explain",
                "--run-dir",
                directory.resolve("none").toString(),
                "--destination",
                "192.0.2.9",
                "--port",
                "80");

    assertEquals(3, exit);
    assertTrue(err.toString().contains("start it with \"namegate run\""), err.toString());
  }
}
