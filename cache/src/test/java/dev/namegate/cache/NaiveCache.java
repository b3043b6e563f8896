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
        .merge(target(edge), expiryNs, NaiveCache::later);
  }

  private static Object target(Edge edge) {
    if (edge instanceof AliasEdge alias) {
      return alias.target();
    }
    return ((AddressEdge) edge).address();
  }

  /** Forgets all, and takes over the links of this graph that belong to the scope. */
  void copy(NameGraph graph, int scope) {
    records.clear();
    for (int name = 1; name < graph.names.end(); name++) {
      if (!graph.names.isLive(name) || graph.names.scope(name) != scope) {
        continue;
      }
      Map<Object, Long> targets =
          records.computeIfAbsent(graph.names.name(name), owner -> new HashMap<>());
      for (int a = graph.names.aliases.first(name); a != 0; a = graph.names.aliases.next(a)) {
        targets.put(graph.names.name(graph.links.target(a)), graph.links.expiryNs(a));
      }
      for (int a = graph.names.addresses.first(name); a != 0; a = graph.names.addresses.next(a)) {
        int to = graph.links.target(a);
        IpAddress address = new IpAddress(graph.addresses.hi(to), graph.addresses.lo(to));
        targets.put(address, graph.links.expiryNs(a));
      }
    }
  }

  /**
   * Until when each set contains each address; {@code nowNs} where it does not. Addresses that no
   * name of a set reaches may be absent.
   */
  Map<IpAddress, long[]> untilNs(NameMatcher matcher, int sets, long nowNs) {
    Map<IpAddress, long[]> until = new HashMap<>();
    for (DomainName name : records.keySet()) {
      int[] setsOfName = matcher.domainSets(name);
      if (setsOfName.length > 0) {
        reach(name, nowNs)
            .forEach(
                (address, reachedNs) -> {
                  long[] times = until.computeIfAbsent(address, a -> filled(sets, nowNs));
                  for (int set : setsOfName) {
                    times[set] = reachedNs - times[set] > 0 ? reachedNs : times[set];
                  }
                });
      }
    }
    return until;
  }

  private static long[] filled(int length, long value) {
    long[] values = new long[length];
    Arrays.fill(values, value);
    return values;
  }

  /** The addresses that the name leads to, and until when. */
  private Map<IpAddress, Long> reach(DomainName start, long nowNs) {
    Map<IpAddress, Long> reached = new HashMap<>();
    Map<DomainName, Long> layer = Map.of(start, Long.MAX_VALUE + nowNs);
    for (int depth = 0; depth <= MAX_ALIASES; depth++) {
      Map<DomainName, Long> next = new HashMap<>();
      layer.forEach(
          (name, nameUntil) ->
              records
                  .getOrDefault(name, Map.of())
                  .forEach(
                      (target, recordUntil) -> {
                        if (recordUntil - nowNs <= 0) {
                          return;
                        }
                        long until = nameUntil - recordUntil < 0 ? nameUntil : recordUntil;
                        if (target instanceof DomainName alias) {
                          next.merge(alias, until, NaiveCache::later);
                        } else if (target instanceof IpAddress address) {
                          reached.merge(address, until, NaiveCache::later);
                        }
                      }));
      layer = next;
    }
    return reached;
  }

  private static Long later(Long a, Long b) {
    return a - b > 0 ? a : b;
  }
}
