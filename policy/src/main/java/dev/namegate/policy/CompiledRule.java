// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Rule.Icmp;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The criteria of one rule in numbers; a criterion that is absent is {@link Rule#ANY} or null.
 *
 * <p><b>Threading:</b> immutable.
 */
@HotPath
final class CompiledRule {
  /** Names are learnt for where a flow goes, never for where it comes from. */
  private static final DomainMembership NO_MEMBERSHIP = domainSet -> false;

  private static final DomainMembership ALL_MEMBERSHIP = domainSet -> true;

  private final int ipVersion;
  private final int protocol;
  private final int notProtocol;
  private final int icmpType;
  private final int icmpCode;
  private final int notIcmpType;
  private final int notIcmpCode;
  private final @Nullable Side source;
  private final @Nullable Side destination;
  private final Rule rule;

  CompiledRule(int ipVersion, Rule rule, @Nullable Side source, @Nullable Side destination) {
    this.ipVersion = ipVersion;
    this.protocol = rule.protocol();
    this.notProtocol = rule.notProtocol();
    this.icmpType = type(rule.icmp());
    this.icmpCode = code(rule.icmp());
    this.notIcmpType = type(rule.notIcmp());
    this.notIcmpCode = code(rule.notIcmp());
    this.source = source;
    this.destination = destination;
    this.rule = rule;
  }

  private static int type(@Nullable Icmp icmp) {
    return icmp == null ? Rule.ANY : icmp.type();
  }

  private static int code(@Nullable Icmp icmp) {
    return icmp == null ? Rule.ANY : icmp.code();
  }

  boolean usesDomains() {
    return destination != null && destination.usesDomains();
  }

  /** Marks the domain sets that it asks for. */
  void markDomainSets(BitSet used) {
    if (destination != null) {
      destination.markDomainSets(used);
    }
    if (source != null) {
      source.markDomainSets(used);
    }
  }

  /** As it was written. */
  Rule rule() {
    return rule;
  }

  /** 4, 6 or {@link Rule#ANY}; also what its nets make it. */
  int ipVersion() {
    return ipVersion;
  }

  @Nullable Side source() {
    return source;
  }

  @Nullable Side destination() {
    return destination;
  }

  boolean matches(IpPacket packet, DomainMembership learnt) {
    if ((ipVersion != Rule.ANY && packet.ipVersion() != ipVersion)
        || (protocol != Rule.ANY && packet.protocol() != protocol)
        || (notProtocol != Rule.ANY && packet.protocol() == notProtocol)) {
      return false;
    }
    if ((icmpType != Rule.ANY && !isIcmp(packet, icmpType, icmpCode))
        || (notIcmpType != Rule.ANY && isIcmp(packet, notIcmpType, notIcmpCode))) {
      return false;
    }
    return (source == null
            || source.matches(
                packet, packet.sourceHi(), packet.sourceLo(), packet.sourcePort(), NO_MEMBERSHIP))
        && (destination == null
            || destination.matches(
                packet,
                packet.destinationHi(),
                packet.destinationLo(),
                packet.destinationPort(),
                learnt));
  }

  /** Whether it asks for more than protocol, destination and source address. */
  boolean isParticular() {
    return icmpType != Rule.ANY
        || notIcmpType != Rule.ANY
        || (source != null && (source.ports != null || source.notPorts != null));
  }

  /** Whether it could match a packet that goes where this one goes, whatever is learnt. */
  boolean couldMatch(IpPacket packet) {
    return (ipVersion == Rule.ANY || packet.ipVersion() == ipVersion)
        && (protocol == Rule.ANY || packet.protocol() == protocol)
        && (notProtocol == Rule.ANY || packet.protocol() != notProtocol)
        && (destination == null
            || destination.matches(
                packet,
                packet.destinationHi(),
                packet.destinationLo(),
                packet.destinationPort(),
                ALL_MEMBERSHIP));
  }

  /** How long it goes on matching a packet that it matches now. */
  long lifetimeNs(IpPacket packet, DomainLifetimes learnt) {
    if (destination == null) {
      return CompiledPolicy.NO_EXPIRY;
    }
    long lifetimeNs = CompiledPolicy.NO_EXPIRY;
    if (destination.domainSet != DomainSets.NONE) {
      lifetimeNs = learnt.remainingNs(destination.domainSet);
    }
    if (destination.selectedDomainSet != DomainSets.NONE
        && destination.selected != null
        && !destination.selected.contains(
            packet.ipVersion(), packet.destinationHi(), packet.destinationLo())) {
      lifetimeNs = Math.min(lifetimeNs, learnt.remainingNs(destination.selectedDomainSet));
    }
    return lifetimeNs;
  }

  static boolean isIcmp(IpPacket packet, int type, int code) {
    return packet.icmpType() == type && (code == Rule.ANY || packet.icmpCode() == code);
  }

  /** The criteria for one end of a flow. */
  @HotPath
  record Side(
      @Nullable AddressRanges nets,
      @Nullable AddressRanges notNets,
      @Nullable AddressRanges selected,
      @Nullable AddressRanges notSelected,
      @Nullable PortSet ports,
      @Nullable PortSet notPorts,
      int domainSet,
      int selectedDomainSet,
      Origin origin) {

    /**
     * What the numbers were made of; for explaining them.
     *
     * @param named whose names of ports count; null if none is named
     */
    record Origin(
        Rule.Entity entity,
        @Nullable Selection selected,
        @Nullable Selection notSelected,
        @Nullable Selection named) {}

    boolean usesDomains() {
      return domainSet != DomainSets.NONE || selectedDomainSet != DomainSets.NONE;
    }

    void markDomainSets(BitSet used) {
      if (domainSet != DomainSets.NONE) {
        used.set(domainSet);
      }
      if (selectedDomainSet != DomainSets.NONE) {
        used.set(selectedDomainSet);
      }
    }

    boolean matches(IpPacket packet, long hi, long lo, int port, DomainMembership learnt) {
      int version = packet.ipVersion();
      if ((ports != null && !ports.contains(version, hi, lo, packet.protocol(), port))
          || (notPorts != null && notPorts.contains(version, hi, lo, packet.protocol(), port))
          || (nets != null && !nets.contains(version, hi, lo))
          || (notNets != null && notNets.contains(version, hi, lo))
          || (notSelected != null && notSelected.contains(version, hi, lo))) {
        return false;
      }
      if (selected != null
          && !selected.contains(version, hi, lo)
          && !isLearnt(selectedDomainSet, learnt)) {
        return false;
      }
      return domainSet == DomainSets.NONE || isLearnt(domainSet, learnt);
    }

    private static boolean isLearnt(int set, DomainMembership learnt) {
      return set != DomainSets.NONE && learnt.isMember(set);
    }
  }
}
