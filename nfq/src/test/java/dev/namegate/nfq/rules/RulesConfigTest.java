// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RulesConfigTest {
  static Stream<Arguments> refusals() {
    return Stream.of(
        row("dnsQueue=65536", () -> RulesConfig.builder().dnsQueue(65_536).build()),
        row("flowsQueue=-1", () -> RulesConfig.builder().flowsQueue(-1).build()),
        row("is flowsQueue too", () -> RulesConfig.builder().dnsQueue(102).build()),
        row("is flowsQueue too", () -> RulesConfig.builder().dnsQueue(104).flowQueues(3).build()),
        row("flowQueues=0", () -> RulesConfig.builder().flowQueues(0).build()),
        row("flowQueues=33", () -> RulesConfig.builder().flowQueues(33).build()),
        row(
            "flowsQueue with flowQueues=65536",
            () -> RulesConfig.builder().flowsQueue(65_535).flowQueues(2).build()),
        row("queryLogGroup=0", () -> RulesConfig.builder().queryLogGroup(0).build()),
        row("replyLogGroup=0", () -> RulesConfig.builder().replyLogGroup(0).build()),
        row("is replyLogGroup too", () -> RulesConfig.builder().replyLogGroup(103).build()),
        row("acceptSetEntries=0", () -> RulesConfig.builder().acceptSetEntries(0).build()),
        row("vxlanPort=0", () -> RulesConfig.builder().vxlanPort(0).build()),
        row(
            "interface prefix \"\"",
            () -> RulesConfig.builder().interfacePrefixes(List.of("")).build()),
        row(
            "interface prefix \"cali+\"",
            () -> RulesConfig.builder().interfacePrefixes(List.of("cali+")).build()),
        row(
            "which is a workload's",
            () ->
                RulesConfig.builder()
                    .hostEndpoints(List.of(new HostEndpointRule("cali12")))
                    .build()),
        row("host endpoint \"eth0 -j\"", () -> new HostEndpointRule("eth0 -j")),
        row("sixteen", () -> new HostEndpointRule("sixteen-letters-")),
        row("no unicast", () -> server("0.0.0.0", 53)),
        row("no unicast", () -> server("ff02::fb", 5353)),
        row("no unicast", () -> server("224.0.0.251", 5353)),
        row("port of trusted server 10.0.0.1=0", () -> server("10.0.0.1", 0)),
        row("has no ports", () -> new FailsafePort(IpProtocol.ICMP, 1)),
        row("failsafe tcp port=65536", () -> new FailsafePort(IpProtocol.TCP, 65_536)),
        row("prefix length 33", () -> Cidr.parse("10.0.0.0/33")),
        row("not a network", () -> Cidr.parse("10.0.0.0/-1")),
        row("not an IP address", () -> Cidr.parse("www.example.com/8")),
        row("chain name", () -> new Chain("cali-in", List.of(Rule.of(new Target.Drop())))),
        row("has no rule", () -> new Chain("ng-in", List.of())),
        row("queue=65536", () -> new Target.Queue(65_536, 1, FlowQueueSpread.ADDRESSES, false)),
        row("queue=65535", () -> new Target.Queue(65_535, 2, FlowQueueSpread.ADDRESSES, false)),
        row("NFLOG prefix of 64", () -> new Target.Log(1, "x".repeat(64), 1)),
        row("copyRange=0", () -> new Target.Log(1, "ng-q0", 0)),
        row("ICMPv6 type=256", () -> new Criterion.Icmpv6Type(256)),
        row(
            "icmp has no ports",
            () -> new Criterion.Port(IpProtocol.ICMP, Criterion.Side.SOURCE, 1)));
  }

  private static Arguments row(String message, Executable maker) {
    return Arguments.of(message, maker);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesWhatMakesNoSense(String message, Executable maker) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, maker);

    assertTrue(String.valueOf(e.getMessage()).contains(message), e::toString);
  }

  @Test
  void theIndexOfAServerCountsDistinctServersOfBothFamilies() {
    RulesConfig config =
        RulesConfig.builder()
            .trustedServers(
                List.of(
                    server("10.0.0.1", 53),
                    server("fd00::53", 53),
                    server("10.0.0.1", 53),
                    server("10.0.0.2", 53)))
            .copiesReplies(true)
            .build();

    assertEquals(3, config.trustedServers().size());
    assertTrue(
        KernelRules.document(config, IpFamily.V6).contains("ng-r1 "),
        () -> KernelRules.document(config, IpFamily.V6));
    assertTrue(KernelRules.document(config, IpFamily.V4).contains("ng-r2 "));
  }

  @Test
  void severalQueuesOfFlowsHaveNumbersInARow() {
    assertEquals(List.of(102), RulesConfig.builder().build().allFlowQueues());
    assertEquals(
        List.of(65_534, 65_535),
        RulesConfig.builder().flowsQueue(65_534).flowQueues(2).build().allFlowQueues());
  }

  @Test
  void aBuilderStartsWithEveryValueOfItsConfiguration() {
    RulesConfig config =
        RulesConfig.builder()
            .trustedServers(List.of(server("10.0.0.1", 53)))
            .dnsQueue(1)
            .flowsQueue(2)
            .flowQueues(7)
            .flowQueueSpread(FlowQueueSpread.CPU)
            .queryLogGroup(3)
            .copiesReplies(true)
            .replyLogGroup(4)
            .acceptSets(true)
            .acceptSetEntries(5)
            .failureMode(FailureMode.OPEN)
            .interfacePrefixes(List.of("tap"))
            .hostEndpoints(List.of(new HostEndpointRule("eth0")))
            .forwardEndpoints(List.of(new HostEndpointRule("eth1")))
            .endpointToHostAction(EndpointToHostAction.ACCEPT)
            .dropInvalid(false)
            .vxlanPort(6)
            .allowWorkloadVxlan(true)
            .allowWorkloadIpip(true)
            .failsafeInbound(List.of())
            .failsafeOutbound(List.of())
            .ipv6(false)
            .build();

    assertEquals(config, config.toBuilder().build());
    assertEquals(config, config.withHostEndpoints(config.hostEndpoints()));
  }

  @Test
  void failsafePortsDefaultToCalicos() {
    RulesConfig config = RulesConfig.builder().build();

    assertEquals(
        "udp68 tcp22 tcp179 tcp2379 tcp2380 tcp5473 tcp6443 tcp6666 tcp6667",
        ports(config.failsafeInbound()));
    assertEquals(
        "udp53 udp67 tcp179 tcp2379 tcp2380 tcp5473 tcp6443 tcp6666 tcp6667",
        ports(config.failsafeOutbound()));
  }

  private static String ports(List<FailsafePort> ports) {
    return String.join(" ", ports.stream().map(p -> p.protocol() + "" + p.port()).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3/8, 10.0.0.0/8",
    "10.1.2.3, 10.1.2.3/32",
    "255.255.255.255/0, 0.0.0.0/0",
    "fd00:1:2:3:ffff::1/66, fd00:1:2:3:c000::/66",
    "fd00:1:2:3:4::/48, fd00:1:2::/48",
    "ffff::1/0, ::/0",
  })
  void clearsTheBitsBeyondThePrefix(String text, String canonical) {
    assertEquals(canonical, Cidr.parse(text).toString());
  }

  private static TrustedServer server(String address, int port) {
    return new TrustedServer(IpAddress.parse(address), port);
  }
}
