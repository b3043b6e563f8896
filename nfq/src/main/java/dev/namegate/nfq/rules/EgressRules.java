// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.Criterion.Address;
import dev.namegate.nfq.rules.Criterion.Direction;
import dev.namegate.nfq.rules.Criterion.Icmpv6Type;
import dev.namegate.nfq.rules.Criterion.Interface;
import dev.namegate.nfq.rules.Criterion.NotInSourceSet;
import dev.namegate.nfq.rules.Criterion.Side;
import dev.namegate.nfq.rules.Criterion.UdpPorts;
import dev.namegate.nfq.rules.Table.Hook;
import dev.namegate.nfq.rules.Table.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel must do so that policy can be decided in userspace, as values.
 *
 * <p>The package documentation has the picture. In words, and in the order that matters:
 *
 * <ol>
 *   <li>A reply is known by the conntrack entry's original destination, never by its source port:
 *       so servers behind DNAT are met, and nobody becomes a server by sending from port 53.
 *   <li>The gates for queries and replies stand before the rule that lets established flows go on.
 *   <li>All that is neither established nor an ICMP error of a known flow is queued, not only what
 *       is NEW: an untracked packet does not slip by.
 *   <li>A rule of ours that lets a packet go on says RETURN: it skips nobody's rule.
 * </ol>
 *
 * <p>The raw table runs before conntrack (−300 against −200) but after defragmentation (−400), so
 * the source is checked on whole packets.
 *
 * <p><b>Bounds:</b> two rules a trusted server, one a failsafe port and host endpoint; a packet
 * that is not DNS passes the gates in one rule a distinct server port.
 */
final class EgressRules {
  /** Neighbour discovery and multicast listener reports, without which IPv6 has no link. */
  private static final int[] LINK_ICMPV6_TYPES = {130, 131, 132, 133, 134, 135, 136, 137, 143};

  private static final String LOOPBACK = "lo";

  private final RulesConfig config;
  private final IpFamily family;
  private final DnsGates gates;
  private final EndpointChains chains;

  private EgressRules(RulesConfig config, IpFamily family) {
    this.config = config;
    this.family = family;
    this.gates = new DnsGates(config, family);
    this.chains = new EndpointChains(config, family);
  }

  /**
   * Our part of each table in this family, in the order of their hooks; tables in which this
   * configuration needs nothing are left out.
   */
  static List<Table> tables(RulesConfig config, IpFamily family) {
    if (family == IpFamily.V6 && !config.ipv6()) {
      return List.of();
    }
    EgressRules rules = new EgressRules(config, family);
    List<Table> tables = new ArrayList<>();
    rules.raw().ifPresent(tables::add);
    rules.security().ifPresent(tables::add);
    return tables;
  }

  /** Our jump is the first: nothing there may let a forged source pass us, and we only drop. */
  private Optional<Table> raw() {
    return table(
        Table.RAW,
        List.of(new Hook("PREROUTING", Position.FIRST, RuleNames.RAW)),
        List.of(new ChainDraft(RuleNames.RAW, sourceCheck())));
  }

  /** Our jump is the last: the host's own rules have had their say, and ours skips none. */
  private Optional<Table> security() {
    return table(
        Table.SECURITY,
        List.of(
            new Hook("INPUT", Position.LAST, RuleNames.IN),
            new Hook("FORWARD", Position.LAST, RuleNames.FORWARD),
            new Hook("OUTPUT", Position.LAST, RuleNames.OUT)),
        List.of(
            new ChainDraft(RuleNames.IN, input()),
            new ChainDraft(RuleNames.FORWARD, forward()),
            new ChainDraft(RuleNames.OUT, output()),
            new ChainDraft(RuleNames.QUERY, gates.queries()),
            new ChainDraft(RuleNames.REPLY, gates.replies()),
            new ChainDraft(RuleNames.WORKLOAD, chains.workload()),
            new ChainDraft(RuleNames.WORKLOAD_TO_HOST, chains.workloadToHost()),
            new ChainDraft(RuleNames.HOST_ENDPOINT, chains.hostEndpoint()),
            new ChainDraft(RuleNames.HOST_ENDPOINT_FORWARD, chains.hostEndpointForward())));
  }

  private record ChainDraft(String name, List<Rule> rules) {}

  private static Optional<Table> table(String name, List<Hook> hooks, List<ChainDraft> drafts) {
    List<Chain> chains =
        drafts.stream()
            .filter(draft -> !draft.rules().isEmpty())
            .map(draft -> new Chain(draft.name(), draft.rules()))
            .toList();
    List<Hook> used =
        hooks.stream()
            .filter(hook -> chains.stream().anyMatch(chain -> chain.name().equals(hook.chain())))
            .toList();
    return chains.isEmpty() ? Optional.empty() : Optional.of(new Table(name, chains, used));
  }

  /**
   * A workload sends from its own addresses only. An interface that is in no set entry is not
   * known, and all it sends is dropped.
   */
  private List<Rule> sourceCheck() {
    List<Rule> rules = new ArrayList<>();
    for (String prefix : config.interfacePrefixes()) {
      Interface from = inPrefix(prefix);
      if (family == IpFamily.V4) {
        // DHCP: a client that has no address yet.
        rules.add(Rule.of(new Target.Return(), from, source("0.0.0.0/32"), new UdpPorts(68, 67)));
      } else {
        rules.add(Rule.of(new Target.Return(), from, source("fe80::/10")));
        rules.add(Rule.of(new Target.Return(), from, source("::/128")));
      }
      rules.add(Rule.of(new Target.Drop(), from, new NotInSourceSet(RuleNames.sourceSet(family))));
    }
    return rules;
  }

  private List<Rule> input() {
    List<Rule> rules = new ArrayList<>();
    // Queries on loopback have been copied on their way through OUTPUT.
    rules.addAll(gates.queryGate(notVia(Direction.IN)));
    rules.addAll(gates.replyGate());
    String next =
        config.endpointToHostAction() == EndpointToHostAction.DROP
            ? RuleNames.WORKLOAD_TO_HOST
            : RuleNames.WORKLOAD;
    for (String prefix : config.interfacePrefixes()) {
      rules.add(Rule.of(new Target.Jump(next), inPrefix(prefix)));
    }
    return config.interfacePrefixes().isEmpty() ? rules : afterLinkTraffic(rules);
  }

  /**
   * Link traffic has no exemption here: what is forwarded is not link traffic. What a workload
   * sends is queued once, and userspace asks both policies; only known flows of it come to the last
   * rules, and those that its own policy accepts by an accept set: they are queued there.
   */
  private List<Rule> forward() {
    List<Rule> rules = new ArrayList<>();
    rules.addAll(gates.queryGate());
    rules.addAll(gates.replyGate());
    for (String prefix : config.interfacePrefixes()) {
      rules.add(Rule.of(new Target.Jump(RuleNames.WORKLOAD), inPrefix(prefix)));
    }
    if (!config.forwardEndpoints().isEmpty()) {
      rules.addAll(passToWorkloads());
      rules.addAll(dispatch(config.forwardEndpoints(), RuleNames.HOST_ENDPOINT_FORWARD));
    }
    return rules;
  }

  private List<Rule> passToWorkloads() {
    return config.interfacePrefixes().stream()
        .map(prefix -> new Interface(Direction.OUT, prefix, true, false))
        .map(workloads -> Rule.of(new Target.Return(), workloads))
        .toList();
  }

  /**
   * The output interface is the one before any DNAT of locally made packets: endpoints on single
   * interfaces judge by the route to the address the process asked for.
   */
  private List<Rule> output() {
    List<Rule> rules = new ArrayList<>();
    rules.addAll(gates.queryGate());
    // Replies on loopback are met once, in INPUT.
    rules.addAll(gates.replyGate(notVia(Direction.OUT)));
    if (config.hostEndpoints().isEmpty()) {
      return rules;
    }
    rules.add(Rule.of(new Target.Return(), new Interface(Direction.OUT, LOOPBACK, false, false)));
    rules.addAll(passToWorkloads());
    rules.addAll(dispatch(config.hostEndpoints(), RuleNames.HOST_ENDPOINT));
    return afterLinkTraffic(rules);
  }

  private static List<Rule> dispatch(List<HostEndpointRule> endpoints, String chain) {
    Target judge = new Target.Jump(chain);
    if (endpoints.stream().anyMatch(HostEndpointRule::coversAllInterfaces)) {
      return List.of(Rule.of(judge));
    }
    return endpoints.stream()
        .map(HostEndpointRule::interfaceName)
        .map(name -> Rule.of(judge, new Interface(Direction.OUT, name, false, false)))
        .toList();
  }

  private List<Rule> afterLinkTraffic(List<Rule> rules) {
    if (family == IpFamily.V4) {
      return rules;
    }
    List<Rule> all = new ArrayList<>();
    for (int type : LINK_ICMPV6_TYPES) {
      all.add(Rule.of(new Target.Return(), new Icmpv6Type(type)));
    }
    all.addAll(rules);
    return all;
  }

  private static Interface inPrefix(String prefix) {
    return new Interface(Direction.IN, prefix, true, false);
  }

  private static Interface notVia(Direction direction) {
    return new Interface(direction, LOOPBACK, false, true);
  }

  private static Address source(String net) {
    return new Address(Side.SOURCE, Cidr.parse(net));
  }
}
