// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledRule.Side;
import dev.namegate.policy.Explanation.Comparison;
import dev.namegate.policy.Rule.Icmp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what compiled rules compare of one packet: what holds is asked of the same numbers that
 * decide, and what was written is laid beside it.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class Comparer {
  private final IpPacket packet;
  private final List<DomainName> names;
  private final BitSet learntSets = new BitSet();

  Comparer(
      IpPacket packet, Function<IpAddress, List<DomainName>> learntNames, CompiledPolicy policy) {
    this.packet = packet;
    this.names =
        List.copyOf(
            learntNames.apply(new IpAddress(packet.destinationHi(), packet.destinationLo())));
    for (DomainName name : names) {
      Arrays.stream(policy.domainSets(name)).forEach(learntSets::set);
    }
  }

  IpPacket packet() {
    return packet;
  }

  /** What the destination's names are members of. */
  DomainMembership learnt() {
    return learntSets::get;
  }

  /** The criteria of the rule that are there, each beside what the packet has. */
  List<Comparison> compare(CompiledRule compiled) {
    List<Comparison> comparisons = new ArrayList<>();
    Rule rule = compiled.rule();
    int version = packet.ipVersion();
    if (compiled.ipVersion() != Rule.ANY) {
      boolean same = version == compiled.ipVersion();
      String via = rule.ipVersion() == Rule.ANY ? "the family of the rule's nets" : "";
      comparisons.add(comparison("ipVersion", "" + compiled.ipVersion(), "" + version, same, via));
    }
    String protocol = RuleText.protocol(packet.protocol());
    if (rule.protocol() != Rule.ANY) {
      String wanted = RuleText.protocol(rule.protocol());
      boolean same = packet.protocol() == rule.protocol();
      comparisons.add(comparison("protocol", wanted, protocol, same, ""));
    }
    if (rule.notProtocol() != Rule.ANY) {
      String wanted = RuleText.protocol(rule.notProtocol());
      boolean other = packet.protocol() != rule.notProtocol();
      comparisons.add(comparison("notProtocol", wanted, protocol, other, ""));
    }
    addIcmp(comparisons, "icmp", rule.icmp(), true);
    addIcmp(comparisons, "notICMP", rule.notIcmp(), false);
    addSide(comparisons, "source", compiled.source());
    addSide(comparisons, "destination", compiled.destination());
    return comparisons;
  }

  private static Comparison comparison(
      String criterion, String wanted, String actual, boolean matched, String via) {
    return new Comparison(criterion, wanted, actual, matched, via);
  }

  private void addIcmp(
      List<Comparison> comparisons, String criterion, @Nullable Icmp icmp, boolean positive) {
    if (icmp != null) {
      boolean is = CompiledRule.isIcmp(packet, icmp.type(), icmp.code());
      String actual =
          packet.icmpType() < 0
              ? "no ICMP message"
              : RuleText.icmp(new Icmp(packet.icmpType(), packet.icmpCode()));
      comparisons.add(comparison(criterion, RuleText.icmp(icmp), actual, is == positive, ""));
    }
  }

  private void addSide(List<Comparison> comparisons, String name, @Nullable Side side) {
    if (side == null) {
      return;
    }
    boolean source = name.equals("source");
    new SideComparer(
            name,
            side,
            packet,
            source
                ? new IpAddress(packet.sourceHi(), packet.sourceLo())
                : new IpAddress(packet.destinationHi(), packet.destinationLo()),
            source ? packet.sourcePort() : packet.destinationPort(),
            source ? List.of() : names,
            source ? new BitSet() : learntSets)
        .addTo(comparisons);
  }
}
