// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.Criterion.Direction;
import dev.namegate.nfq.rules.Criterion.Side;
import dev.namegate.nfq.rules.Table.Hook;
import dev.namegate.nfq.rules.Table.Position;
import dev.namegate.nfq.rules.TableLines.HookLine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The renderer: rules as values become the options of {@code iptables}. No other class knows these.
 *
 * <p>Each rule ends with our comment: a hash of its table, its chain, and of all rules of the chain
 * up to and including itself. So a rule that was changed, moved or removed shows in the hashes
 * alone.
 */
final class IptablesText {
  /** Part of every hash: to be changed when equal text comes to mean something else. */
  private static final String HASH_SALT = "namegate 1";

  private static final int HASH_DIGITS = 16;

  private IptablesText() {}

  static TableLines lines(Table table) {
    Map<String, List<RuleLine>> chains = new LinkedHashMap<>();
    for (Chain chain : table.chains()) {
      chains.put(chain.name(), chainLines(table.name(), chain));
    }
    List<HookLine> hooks = new ArrayList<>();
    for (Hook hook : table.hooks()) {
      hooks.add(hookLine(table.name(), hook));
    }
    return new TableLines(table.name(), chains, hooks, Set.of(), Set.of());
  }

  private static List<RuleLine> chainLines(String table, Chain chain) {
    List<RuleLine> lines = new ArrayList<>();
    String hash = hash(HASH_SALT, table, chain.name());
    for (Rule rule : chain.rules()) {
      String match =
          rule.criteria().stream().map(c -> match(c) + " ").collect(Collectors.joining());
      String target = target(rule.target());
      hash = hash(hash, match, target);
      lines.add(line(chain.name(), hash, match, target));
    }
    return lines;
  }

  private static HookLine hookLine(String table, Hook hook) {
    String target = target(new Target.Jump(hook.chain()));
    String hash = hash(HASH_SALT, table, hook.baseChain(), target);
    return new HookLine(
        line(hook.baseChain(), hash, "", target),
        hook.position() == Position.FIRST,
        hook.position() == Position.LAST);
  }

  private static RuleLine line(String chain, String hash, String match, String target) {
    String comment = RuleNames.COMMENT_PREFIX + hash;
    return new RuleLine(
        chain, comment, match + "-m comment --comment \"" + comment + "\" " + target);
  }

  private static String hash(String... parts) {
    try {
      byte[] text = String.join("\n", parts).getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The options of this condition, without a blank at either end. */
  static String match(Criterion criterion) {
    if (criterion instanceof Criterion.Interface c) {
      String option = c.direction() == Direction.IN ? "-i " : "-o ";
      return (c.negated() ? "! " : "") + option + c.name() + (c.prefix() ? "+" : "");
    } else if (criterion instanceof Criterion.Address c) {
      return (c.side() == Side.SOURCE ? "-s " : "-d ") + c.net();
    } else if (criterion instanceof Criterion.Protocol c) {
      return protocol(c.protocol());
    } else if (criterion instanceof Criterion.Port c) {
      return withModule(c.protocol())
          + (c.side() == Side.SOURCE ? " --sport " : " --dport ")
          + c.port();
    } else if (criterion instanceof Criterion.UdpPorts c) {
      return withModule(IpProtocol.UDP) + " --sport " + c.source() + " --dport " + c.destination();
    } else if (criterion instanceof Criterion.TcpAnswerFrom c) {
      return withModule(IpProtocol.TCP) + " --sport " + c.port() + " ! --syn";
    } else if (criterion instanceof Criterion.Icmpv6Type c) {
      return "-p ipv6-icmp -m icmp6 --icmpv6-type " + c.type();
    } else if (criterion instanceof Criterion.State c) {
      return "-m conntrack --ctstate " + c.state();
    } else if (criterion instanceof Criterion.TrackedFlow c) {
      return trackedFlow(c);
    } else if (criterion instanceof Criterion.NotInSourceSet c) {
      return "-m set ! --match-set " + c.set() + " src,src";
    } else if (criterion instanceof Criterion.InAcceptSet c) {
      return "-m set --match-set " + c.set() + " " + c.directions();
    }
    throw new AssertionError(criterion);
  }

  private static String trackedFlow(Criterion.TrackedFlow flow) {
    return "-m conntrack"
        + (flow.established() ? " --ctstate ESTABLISHED" : "")
        + (flow.openedTo() == null ? "" : " --ctorigdst " + flow.openedTo())
        + " --ctorigdstport "
        + flow.port()
        + " --ctdir "
        + flow.direction();
  }

  private static String withModule(IpProtocol protocol) {
    return protocol(protocol) + " -m " + protocol.name().toLowerCase(Locale.ROOT);
  }

  private static String protocol(IpProtocol protocol) {
    return switch (protocol) {
      case TCP, UDP, SCTP, ICMP -> "-p " + protocol.name().toLowerCase(Locale.ROOT);
      case ICMPV6 -> "-p ipv6-icmp";
      // By number: a machine without /etc/protocols does not know the name.
      case IPIP -> "-p 4";
    };
  }

  /** The options of this target, without a blank at either end. */
  static String target(Target target) {
    if (target instanceof Target.Return) {
      return "-j RETURN";
    } else if (target instanceof Target.Drop) {
      return "-j DROP";
    } else if (target instanceof Target.Jump t) {
      return "-j " + t.chain();
    } else if (target instanceof Target.Queue t) {
      return "-j NFQUEUE " + queues(t) + (t.bypass() ? " --queue-bypass" : "");
    } else if (target instanceof Target.Log t) {
      // Threshold 1: the kernel hands each copy over at once instead of collecting a hundred.
      return "-j NFLOG --nflog-group "
          + t.group()
          + " --nflog-prefix "
          + t.prefix()
          + " --nflog-size "
          + t.copyRange()
          + " --nflog-threshold 1";
    }
    throw new AssertionError(target);
  }

  private static String queues(Target.Queue queue) {
    if (queue.count() == 1) {
      return "--queue-num " + queue.number();
    }
    return "--queue-balance "
        + queue.number()
        + ":"
        + (queue.number() + queue.count() - 1)
        + (queue.spread() == FlowQueueSpread.CPU ? " --queue-cpu-fanout" : "");
  }
}
