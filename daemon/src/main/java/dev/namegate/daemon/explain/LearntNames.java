// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.explain;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is learnt from DNS, from names to addresses and back over every alias between them.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class LearntNames {
  /** As many aliases on the way to an address as the cache follows. */
  private static final int MAX_ALIASES = 16;

  private final Map<DomainName, List<DomainName>> aliases = new HashMap<>();
  private final Map<DomainName, List<DomainName>> aliasesOf = new HashMap<>();
  private final Map<DomainName, List<IpAddress>> addresses = new HashMap<>();
  private final Map<IpAddress, List<DomainName>> owners = new HashMap<>();

  /** The names and addresses that these edges join; their lifetimes do not matter. */
  public LearntNames(Collection<Edge> edges) {
    for (Edge edge : edges) {
      if (edge instanceof AliasEdge alias) {
        add(aliases, alias.owner(), alias.target());
        add(aliasesOf, alias.target(), alias.owner());
      } else if (edge instanceof AddressEdge address) {
        add(addresses, address.owner(), address.address());
        add(owners, address.address(), address.owner());
      }
    }
  }

  private static <K, V> void add(Map<K, List<V>> map, K key, V value) {
    map.computeIfAbsent(key, unused -> new ArrayList<>()).add(value);
  }

  /** Every name that leads to the address, sorted. */
  public List<DomainName> namesOf(IpAddress address) {
    return reachable(owners.getOrDefault(address, List.of()), aliasesOf).stream().sorted().toList();
  }

  /** Every address that the name leads to, sorted. */
  List<IpAddress> addressesOf(DomainName name) {
    return reachable(List.of(name), aliases).stream()
        .flatMap(each -> addresses.getOrDefault(each, List.of()).stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** The name and every one that it is an alias of, sorted. */
  List<DomainName> aliasesFrom(DomainName name) {
    return reachable(List.of(name), aliases).stream().sorted().toList();
  }

  private static Set<DomainName> reachable(
      List<DomainName> from, Map<DomainName, List<DomainName>> steps) {
    Set<DomainName> seen = new LinkedHashSet<>(from);
    List<DomainName> layer = from;
    for (int depth = 0; depth < MAX_ALIASES && !layer.isEmpty(); depth++) {
      List<DomainName> next = new ArrayList<>();
      for (DomainName name : layer) {
        steps.getOrDefault(name, List.of()).stream().filter(seen::add).forEach(next::add);
      }
      layer = next;
    }
    return seen;
  }
}
