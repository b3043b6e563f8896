// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.Criterion.Address;
import dev.namegate.nfq.rules.Criterion.ConntrackState;
import dev.namegate.nfq.rules.Criterion.Direction;
import dev.namegate.nfq.rules.Criterion.InAcceptSet;
import dev.namegate.nfq.rules.Criterion.Interface;
import dev.namegate.nfq.rules.Criterion.Port;
import dev.namegate.nfq.rules.Criterion.Protocol;
import dev.namegate.nfq.rules.Criterion.Side;
import dev.namegate.nfq.rules.Criterion.State;
import dev.namegate.nfq.rules.Criterion.TcpAnswerFrom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The chains that judge what an endpoint sends: what goes on unasked, what is dropped unasked, and
 * the queue for all the rest.
 *
 * <p>An accept set is looked up last of all, directly before the queue: it stands for the answer
 * that the queue would bring, and for nothing that is decided before.
 */
final class EndpointChains {
  private final RulesConfig config;
  private final IpFamily family;
  private final IpProtocol icmp;

  EndpointChains(RulesConfig config, IpFamily family) {
    this.config = config;
    this.family = family;
    this.icmp = family == IpFamily.V4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
  }

  /** What workloads send. */
  List<Rule> workload() {
    if (config.interfacePrefixes().isEmpty()) {
      return List.of();
    }
    List<Rule> rules = new ArrayList<>(knownFlows());
    rules.addAll(invalid());
    if (!config.allowWorkloadVxlan()) {
      rules.add(
          Rule.of(
              new Target.Drop(), new Port(IpProtocol.UDP, Side.DESTINATION, config.vxlanPort())));
    }
    if (!config.allowWorkloadIpip() && family == IpFamily.V4) {
      rules.add(Rule.of(new Target.Drop(), new Protocol(IpProtocol.IPIP)));
    }
    if (config.acceptSets()) {
      rules.add(accepted(AcceptSet.ofWorkloads(family)));
    }
    rules.add(Rule.of(flowsQueue()));
    return rules;
  }

  /** What workloads send to this host, when no policy is asked. */
  List<Rule> workloadToHost() {
    if (config.interfacePrefixes().isEmpty()
        || config.endpointToHostAction() != EndpointToHostAction.DROP) {
      return List.of();
    }
    List<Rule> rules = new ArrayList<>(knownFlows());
    rules.add(Rule.of(new Target.Drop()));
    return rules;
  }

  /** What this host sends. */
  List<Rule> hostEndpoint() {
    if (config.hostEndpoints().isEmpty()) {
      return List.of();
    }
    List<Rule> rules = new ArrayList<>(knownFlows());
    rules.addAll(invalid());
    for (FailsafePort failsafe : config.failsafeOutbound()) {
      failsafe(failsafe, new Port(failsafe.protocol(), Side.DESTINATION, failsafe.port()))
          .ifPresent(rules::add);
    }
    // Connections older than conntrack's attention look NEW in the middle; the inbound failsafe
    // ones go on all the same. Only TCP tells a segment that opens nothing: for the others, this
    // would be a way out for whoever picks such a source port.
    for (FailsafePort failsafe : config.failsafeInbound()) {
      if (failsafe.protocol() == IpProtocol.TCP) {
        failsafe(failsafe, new TcpAnswerFrom(failsafe.port())).ifPresent(rules::add);
      }
    }
    rules.addAll(hostAnswers());
    return rules;
  }

  /**
   * What this host forwards. No failsafes: they are for the host's own traffic. No accept sets: two
   * policies may have a say, and userspace asks both.
   */
  List<Rule> hostEndpointForward() {
    if (config.forwardEndpoints().isEmpty()) {
      return List.of();
    }
    List<Rule> rules = new ArrayList<>(knownFlows());
    rules.addAll(invalid());
    rules.add(Rule.of(flowsQueue()));
    return rules;
  }

  /**
   * The sets and the queue. The endpoint on all interfaces has no say about an interface that has
   * an endpoint of its own: what leaves there is queued before the set for all is looked up.
   */
  private List<Rule> hostAnswers() {
    List<Rule> rules = new ArrayList<>();
    if (config.acceptSets()) {
      boolean forAll =
          config.hostEndpoints().stream().anyMatch(HostEndpointRule::coversAllInterfaces);
      for (HostEndpointRule endpoint : config.hostEndpoints()) {
        if (!endpoint.coversAllInterfaces()) {
          Interface out = new Interface(Direction.OUT, endpoint.interfaceName(), false, false);
          rules.add(accepted(AcceptSet.of(endpoint, family), out));
          if (forAll) {
            rules.add(Rule.of(flowsQueue(), out));
          }
        }
      }
      if (forAll) {
        rules.add(accepted(AcceptSet.of(HostEndpointRule.forAll(), family)));
      }
    }
    rules.add(Rule.of(flowsQueue()));
    return rules;
  }

  private static Rule accepted(AcceptSet set, Criterion... where) {
    List<Criterion> criteria = new ArrayList<>(List.of(where));
    criteria.add(new InAcceptSet(set.name(), set.directions()));
    return new Rule(criteria, new Target.Return());
  }

  private Target flowsQueue() {
    return Target.Queue.ofFlows(config);
  }

  private Optional<Rule> failsafe(FailsafePort failsafe, Criterion port) {
    if (!failsafe.appliesTo(family)) {
      return Optional.empty();
    }
    Cidr net = failsafe.net();
    return Optional.of(
        net == null
            ? Rule.of(new Target.Return(), port)
            : Rule.of(new Target.Return(), new Address(Side.DESTINATION, net), port));
  }

  /** What goes on unasked: flows that were allowed, and the ICMP errors about them. */
  private List<Rule> knownFlows() {
    return List.of(
        Rule.of(new Target.Return(), new State(ConntrackState.ESTABLISHED)),
        Rule.of(new Target.Return(), new Protocol(icmp), new State(ConntrackState.RELATED)));
  }

  private List<Rule> invalid() {
    return config.dropInvalid()
        ? List.of(Rule.of(new Target.Drop(), new State(ConntrackState.INVALID)))
        : List.of();
  }
}
