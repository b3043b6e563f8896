// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledRule.Side;
import dev.namegate.policy.Explanation.Comparison;
import dev.namegate.policy.Resource.NamedPort;
import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.Rule.PortRange;
import dev.namegate.policy.Rule.Ports;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says what a rule compares of one end of a flow. */
final class SideComparer {
  private final String name;
  private final Side side;
  private final Entity entity;
  private final IpPacket packet;
  private final IpAddress address;
  private final int port;
  private final List<DomainName> names;
  private final BitSet learnt;

  /**
   * For one end.
   *
   * @param name {@code source} or {@code destination}
   * @param names that the address was learnt for
   * @param learnt the domain sets of those
   */
  SideComparer(
      String name,
      Side side,
      IpPacket packet,
      IpAddress address,
      int port,
      List<DomainName> names,
      BitSet learnt) {
    this.name = name;
    this.side = side;
    this.entity = side.origin().entity();
    this.packet = packet;
    this.address = address;
    this.port = port;
    this.names = names;
    this.learnt = learnt;
  }

  /** Adds the criteria that are there, in the order in which they are compared. */
  void addTo(List<Comparison> comparisons) {
    addPorts(comparisons, ".ports", entity.ports(), side.ports(), true);
    addPorts(comparisons, ".notPorts", entity.notPorts(), side.notPorts(), false);
    addNets(comparisons, ".nets", entity.nets(), side.nets(), true);
    addNets(comparisons, ".notNets", entity.notNets(), side.notNets(), false);
    Selection notSelected = side.origin().notSelected();
    if (notSelected != null) {
      boolean in = contains(notSelected.addresses());
      add(comparisons, ".notSelector", text(notSelected), address(), !in, member(notSelected));
    }
    Selection selected = side.origin().selected();
    if (selected != null) {
      addSelected(comparisons, selected);
    }
    if (!entity.domains().isEmpty()) {
      boolean in = isLearnt(side.domainSet());
      String via = nameAndPattern(entity.domains());
      add(comparisons, ".domains", RuleText.list(entity.domains()), learntNames(), in, via);
    }
  }

  private void add(
      List<Comparison> comparisons,
      String criterion,
      String wanted,
      String actual,
      boolean matched,
      String via) {
    comparisons.add(new Comparison(name + criterion, wanted, actual, matched, via));
  }

  private void addPorts(
      List<Comparison> comparisons,
      String criterion,
      Ports ports,
      @Nullable PortSet set,
      boolean positive) {
    if (set != null) {
      boolean in =
          set.contains(packet.ipVersion(), address.hi(), address.lo(), packet.protocol(), port);
      String actual = port < 0 ? "no port" : Integer.toString(port);
      add(
          comparisons,
          criterion,
          RuleText.ports(ports),
          actual,
          in == positive,
          in ? portVia(ports) : "");
    }
  }

  /** The range that has the port, if it is more than that port, or whose name for it it is. */
  private String portVia(Ports ports) {
    for (PortRange range : ports.ranges()) {
      if (range.first() <= port && port <= range.last()) {
        return range.first() == range.last() ? "" : RuleText.range(range);
      }
    }
    Selection named = Objects.requireNonNull(side.origin().named());
    for (Member member : sorted(named.members())) {
      for (NamedPort candidate : member.ports()) {
        if (ports.names().contains(candidate.name())
            && candidate.port() == port
            && candidate.protocol() == packet.protocol()
            && member.nets().stream().anyMatch(this::contains)) {
          return "port " + candidate.name() + " of " + member;
        }
      }
    }
    return "";
  }

  private void addNets(
      List<Comparison> comparisons,
      String criterion,
      List<Cidr> nets,
      @Nullable AddressRanges ranges,
      boolean positive) {
    if (ranges != null) {
      boolean in = contains(ranges);
      add(comparisons, criterion, RuleText.list(nets), address(), in == positive, net(nets));
    }
  }

  private void addSelected(List<Comparison> comparisons, Selection selected) {
    boolean in = contains(selected.addresses());
    boolean byName = isLearnt(side.selectedDomainSet());
    String actual =
        side.selectedDomainSet() == DomainSets.NONE ? address() : address() + ", " + learntNames();
    String via = in ? member(selected) : byName ? memberByName(selected) : "";
    add(comparisons, selectorCriterion(), text(selected), actual, in || byName, via);
  }

  /** The fields that together say what the end has to be among. */
  private String selectorCriterion() {
    List<String> fields = new ArrayList<>();
    if (entity.namespaceSelector() != null) {
      fields.add("namespaceSelector");
    }
    if (entity.serviceAccounts() != null) {
      fields.add("serviceAccounts");
    }
    if (entity.selector() != null) {
      fields.add("selector");
    }
    return fields.isEmpty() ? ".namespace" : "." + String.join("+", fields);
  }

  private static String text(Selection selection) {
    return String.valueOf(selection.selector());
  }

  private boolean contains(AddressRanges ranges) {
    return ranges.contains(packet.ipVersion(), address.hi(), address.lo());
  }

  private boolean contains(Cidr net) {
    return contains(AddressRanges.of(List.of(net)));
  }

  private boolean isLearnt(int set) {
    return set != DomainSets.NONE && learnt.get(set);
  }

  private String address() {
    return address.toString();
  }

  private String learntNames() {
    return names.isEmpty() ? "no name learnt" : RuleText.list(names);
  }

  private String net(List<Cidr> nets) {
    return nets.stream().filter(this::contains).findFirst().map(Cidr::toString).orElse("");
  }

  private static List<Member> sorted(List<Member> members) {
    return members.stream().sorted(Comparator.comparing(Member::toString)).toList();
  }

  private String member(Selection selection) {
    for (Member member : sorted(selection.members())) {
      String net = net(member.nets());
      if (!net.isEmpty()) {
        return net + " of " + member;
      }
    }
    return "";
  }

  private String memberByName(Selection selection) {
    for (Member member : sorted(selection.members())) {
      String matched = nameAndPattern(member.domains());
      if (!matched.isEmpty()) {
        return matched + " of " + member;
      }
    }
    return "";
  }

  private String nameAndPattern(Collection<DomainPattern> patterns) {
    for (DomainName learntName : names) {
      for (DomainPattern pattern : patterns) {
        if (pattern.matches(learntName)) {
          return learntName + " matches " + pattern;
        }
      }
    }
    return "";
  }
}
