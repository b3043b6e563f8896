// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.namegate.nfq.rules.Criterion.ConntrackDirection;
import dev.namegate.nfq.rules.Criterion.ConntrackState;
import dev.namegate.nfq.rules.Criterion.Direction;
import dev.namegate.nfq.rules.Criterion.Side;
import dev.namegate.packet.IpAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class IptablesTextTest {
  static Stream<Arguments> criteria() {
    IpAddress server = IpAddress.parse("10.0.0.53");
    return Stream.of(
        row(new Criterion.Interface(Direction.IN, "cali", true, false), "-i cali+"),
        row(new Criterion.Interface(Direction.OUT, "eth0", false, false), "-o eth0"),
        row(new Criterion.Interface(Direction.OUT, "lo", false, true), "! -o lo"),
        row(new Criterion.Address(Side.SOURCE, Cidr.parse("fe80::/10")), "-s fe80::/10"),
        row(new Criterion.Address(Side.DESTINATION, Cidr.parse("10.1.2.3/8")), "-d 10.0.0.0/8"),
        row(new Criterion.Protocol(IpProtocol.UDP), "-p udp"),
        row(new Criterion.Protocol(IpProtocol.ICMP), "-p icmp"),
        row(new Criterion.Protocol(IpProtocol.ICMPV6), "-p ipv6-icmp"),
        row(new Criterion.Protocol(IpProtocol.IPIP), "-p 4"),
        row(
            new Criterion.Port(IpProtocol.UDP, Side.DESTINATION, 4789),
            "-p udp -m udp --dport 4789"),
        row(new Criterion.Port(IpProtocol.SCTP, Side.SOURCE, 9), "-p sctp -m sctp --sport 9"),
        row(new Criterion.UdpPorts(68, 67), "-p udp -m udp --sport 68 --dport 67"),
        row(new Criterion.TcpAnswerFrom(22), "-p tcp -m tcp --sport 22 ! --syn"),
        row(new Criterion.Icmpv6Type(135), "-p ipv6-icmp -m icmp6 --icmpv6-type 135"),
        row(new Criterion.State(ConntrackState.RELATED), "-m conntrack --ctstate RELATED"),
        row(
            new Criterion.TrackedFlow(true, ConntrackDirection.REPLY, server, 53),
            "-m conntrack --ctstate ESTABLISHED --ctorigdst 10.0.0.53 --ctorigdstport 53"
                + " --ctdir REPLY"),
        row(
            new Criterion.TrackedFlow(false, ConntrackDirection.ORIGINAL, null, 5353),
            "-m conntrack --ctorigdstport 5353 --ctdir ORIGINAL"),
        row(new Criterion.NotInSourceSet("ng-src4"), "-m set ! --match-set ng-src4 src,src"));
  }

  @ParameterizedTest
  @MethodSource("criteria")
  void rendersEachCriterion(Criterion criterion, String expected) {
    assertEquals(expected, IptablesText.match(criterion));
  }

  static Stream<Arguments> targets() {
    return Stream.of(
        row(new Target.Return(), "-j RETURN"),
        row(new Target.Drop(), "-j DROP"),
        row(new Target.Jump("ng-wl"), "-j ng-wl"),
        row(queues(102, 1, FlowQueueSpread.ADDRESSES, false), "-j NFQUEUE --queue-num 102"),
        row(queues(102, 1, FlowQueueSpread.CPU, false), "-j NFQUEUE --queue-num 102"),
        row(
            queues(0, 1, FlowQueueSpread.ADDRESSES, true),
            "-j NFQUEUE --queue-num 0 --queue-bypass"),
        row(queues(102, 4, FlowQueueSpread.ADDRESSES, false), "-j NFQUEUE --queue-balance 102:105"),
        row(
            queues(65_534, 2, FlowQueueSpread.CPU, true),
            "-j NFQUEUE --queue-balance 65534:65535 --queue-cpu-fanout --queue-bypass"),
        row(
            new Target.Log(103, "ng-q7", 1024),
            "-j NFLOG --nflog-group 103 --nflog-prefix ng-q7 --nflog-size 1024"
                + " --nflog-threshold 1"));
  }

  private static Target queues(int first, int count, FlowQueueSpread spread, boolean bypass) {
    return new Target.Queue(first, count, spread, bypass);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void rendersEachTarget(Target target, String expected) {
    assertEquals(expected, IptablesText.target(target));
  }

  private static Arguments row(Object value, String expected) {
    return Arguments.of(value, expected);
  }

  @Test
  void theHashOfARuleCoversTheRulesAboveIt() {
    Rule drop = Rule.of(new Target.Drop());
    Rule pass = Rule.of(new Target.Return());

    List<String> alone = hashes("ng-wl", drop, drop);
    List<String> after = hashes("ng-wl", pass, drop);

    assertNotEquals(alone.get(0), alone.get(1));
    assertNotEquals(alone.get(1), after.get(1));
    assertEquals(alone, hashes("ng-wl", drop, drop));
    assertNotEquals(alone, hashes("ng-hep", drop, drop));
  }

  private static List<String> hashes(String chain, Rule... rules) {
    Table table = new Table("security", List.of(new Chain(chain, List.of(rules))), List.of());
    return IptablesText.lines(table).chains().values().stream()
        .flatMap(lines -> RuleLine.hashes(lines).stream())
        .toList();
  }
}
