// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.Edge;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The cache as its definition reads: all records, and a search from every name. */
final class NaiveCache {
  private static final int MAX_ALIASES = 16;

  private final Map<DomainName, Map<Object, Long>> records = new HashMap<>();

  void learn(Edge edge, long expiryNs) {
    records
        .computeIfAbsent(edge.owner(), owner -> new HashMap<>())
        .merge(target(edge), expiryNs, (a, b) -> a - b > 0 ? a : b);
  }

  private static Object target(Edge edge) {
    if (edge instanceof AliasEdge alias) {
      return alias.target();
    }
    return ((AddressEdge) edge).address();
  }

  /** Forgets all, and takes over the links of this graph. */
  void copy(NameGraph graph) {
    records.clear();
    for (NameNode name : graph.names()) {
      Map<Object, Long> targets = records.computeIfAbsent(name.name, owner -> new HashMap<>());
      for (AliasLink a = name.aliases.first(); a != null; a = name.aliases.next(a)) {
        targets.put(a.target.name, a.expiryNs);
      }
      for (AddressLink a = name.addresses.first(); a != null; a = name.addresses.next(a)) {
        targets.put(a.target.address, a.expiryNs);
      }
    }
  }

  /** Until when each set contains the address; {@code nowNs} where it does not. */
  long[] untilNs(IpAddress address, NameMatcher matcher, int sets, long nowNs) {
    long[] until = new long[sets];
    Arrays.fill(until, nowNs);
    for (DomainName name : records.keySet()) {
      long reached = untilNs(name, address, nowNs);
      for (int set : matcher.domainSets(name)) {
        until[set] = reached - until[set] > 0 ? reached : until[set];
      }
    }
    return until;
  }

  /** Until when the name leads to the address; {@code nowNs} if it does not. */
  private long untilNs(DomainName start, IpAddress address, long nowNs) {
    long best = nowNs;
    Map<DomainName, Long> layer = Map.of(start, Long.MAX_VALUE + nowNs);
    for (int depth = 0; depth <= MAX_ALIASES; depth++) {
      Map<DomainName, Long> next = new HashMap<>();
      for (Map.Entry<DomainName, Long> at : layer.entrySet()) {
        Map<Object, Long> targets = records.getOrDefault(at.getKey(), Map.of());
        for (Map.Entry<Object, Long> record : targets.entrySet()) {
          if (record.getValue() - nowNs <= 0) {
            continue;
          }
          long until = at.getValue() - record.getValue() < 0 ? at.getValue() : record.getValue();
          if (record.getKey() instanceof DomainName alias) {
            next.merge(alias, until, (a, b) -> a - b > 0 ? a : b);
          } else if (record.getKey().equals(address) && until - best > 0) {
            best = until;
          }
        }
      }
      layer = next;
    }
    return best;
  }
}
