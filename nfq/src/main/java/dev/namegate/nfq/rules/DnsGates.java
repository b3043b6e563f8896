// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.Criterion.ConntrackDirection;
import dev.namegate.nfq.rules.Criterion.Protocol;
import dev.namegate.nfq.rules.Criterion.TrackedFlow;
import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which DNS comes to us: queries as copies, replies in the queue or, when they are not
 * to be delayed, as copies too.
 *
 * <p>In TCP every segment of the reply direction is a reply, from the SYN-ACK on: it is there that
 * the stream gets its first sequence number.
 */
final class DnsGates {
  /**
   * How much of a query is copied: headers, 255 octets of name, type and class fit in less than
   * half; the rest is room for extension headers and EDNS options.
   */
  static final int QUERY_COPY_RANGE = 1024;

  /** A copied reply is whole, as far as NFLOG copies: an attribute's length is its limit. */
  static final int REPLY_COPY_RANGE = 65_531;

  /** DNS transports whose replies are met and, where the second list has them, their queries. */
  private static final List<IpProtocol> REPLY_PROTOCOLS = List.of(IpProtocol.UDP, IpProtocol.TCP);

  /** A TCP reply needs no copied query: its tracked, in-sequence stream is the evidence. */
  private static final List<IpProtocol> QUERY_PROTOCOLS = List.of(IpProtocol.UDP);

  private final RulesConfig config;
  private final IpFamily family;

  DnsGates(RulesConfig config, IpFamily family) {
    this.config = config;
    this.family = family;
  }

  /** The copies of queries, a rule for each trusted server. */
  List<Rule> queries() {
    List<Rule> rules = new ArrayList<>();
    List<TrustedServer> servers = config.trustedServers();
    for (IpProtocol protocol : QUERY_PROTOCOLS) {
      for (int index = 0; index < servers.size(); index++) {
        if (isOurs(servers.get(index))) {
          String prefix = RuleNames.QUERY_LOG_PREFIX + index;
          rules.add(
              Rule.of(
                  new Target.Log(config.queryLogGroup(), prefix, QUERY_COPY_RANGE),
                  new Protocol(protocol),
                  query(servers.get(index).address(), servers.get(index).port())));
        }
      }
    }
    return rules;
  }

  /** What becomes of replies, a rule for each trusted server and transport. */
  List<Rule> replies() {
    List<Rule> rules = new ArrayList<>();
    List<TrustedServer> servers = config.trustedServers();
    for (IpProtocol protocol : REPLY_PROTOCOLS) {
      for (int index = 0; index < servers.size(); index++) {
        if (isOurs(servers.get(index))) {
          rules.add(
              Rule.of(
                  replyTarget(index),
                  new Protocol(protocol),
                  reply(servers.get(index).address(), servers.get(index).port())));
        }
      }
    }
    return rules;
  }

  private Target replyTarget(int server) {
    return config.copiesReplies()
        ? new Target.Log(
            config.replyLogGroup(), RuleNames.REPLY_LOG_PREFIX + server, REPLY_COPY_RANGE)
        : Target.Queue.of(config.dnsQueue(), config);
  }

  /** The way of queries into their chain; it comes back. */
  List<Rule> queryGate(Criterion... where) {
    return gate(QUERY_PROTOCOLS, RuleNames.QUERY, port -> query(null, port), where);
  }

  /** The way of replies into their chain; what is copied comes back. */
  List<Rule> replyGate(Criterion... where) {
    return gate(REPLY_PROTOCOLS, RuleNames.REPLY, port -> reply(null, port), where);
  }

  /** One rule for each port that a trusted server of this family has: the cheap first look. */
  private List<Rule> gate(
      List<IpProtocol> protocols, String chain, IntFunction<Criterion> flow, Criterion... where) {
    TreeSet<Integer> ports = new TreeSet<>();
    config.trustedServers().stream()
        .filter(this::isOurs)
        .forEach(server -> ports.add(server.port()));
    List<Rule> rules = new ArrayList<>();
    for (IpProtocol protocol : protocols) {
      for (int port : ports) {
        List<Criterion> criteria = new ArrayList<>(List.of(where));
        criteria.add(new Protocol(protocol));
        criteria.add(flow.apply(port));
        rules.add(new Rule(criteria, new Target.Jump(chain)));
      }
    }
    return rules;
  }

  private boolean isOurs(TrustedServer server) {
    return IpFamily.of(server.address()) == family;
  }

  private static Criterion query(@Nullable IpAddress server, int port) {
    return new TrackedFlow(false, ConntrackDirection.ORIGINAL, server, port);
  }

  private static Criterion reply(@Nullable IpAddress server, int port) {
    return new TrackedFlow(true, ConntrackDirection.REPLY, server, port);
  }
}
