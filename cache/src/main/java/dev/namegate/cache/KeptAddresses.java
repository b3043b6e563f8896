// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Addresses that are usable beyond what DNS said, because a connection to them lives: each with the
 * names that led to it, and until when.
 *
 * <p>Only what is not over is prolonged. The names go with the address, so that it keeps its domain
 * sets under another policy; no other address of theirs gains.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> {@value #MAX} addresses, {@value #MAX_NAMES} names each; what is beyond ends
 * when DNS said.
 */
final class KeptAddresses {
  static final int MAX = 16_384;
  static final int MAX_NAMES = 64;

  private final NameGraph graph;
  private final Map<Integer, Kept> kept = new LinkedHashMap<>();
  private long soonestEndNs;

  /** What one address is kept for. */
  private static final class Kept {
    List<DomainName> names = List.of();

    /** The names' domain sets, ascending. */
    int[] sets = {};

    long untilNs;
  }

  KeptAddresses(NameGraph graph) {
    this.graph = graph;
  }

  /** Prolongs what policy knows of the address; false if that is nothing, or too much is kept. */
  boolean keep(
      int address, long untilNs, long nowNs, NameMatcher matcher, TablePublisher publisher) {
    Kept known = kept.get(address);
    if (known == null && kept.size() >= MAX) {
      return false;
    }
    Set<DomainName> names =
        new LinkedHashSet<>(known != null && known.untilNs - nowNs > 0 ? known.names : List.of());
    addNamesOf(address, nowNs, names);
    if (names.isEmpty()) {
      return false;
    }
    Kept entry = known == null ? new Kept() : known;
    kept.put(address, entry);
    graph.addresses.kept(address, true);
    soonestEndNs = kept.size() == 1 || untilNs - soonestEndNs < 0 ? untilNs : soonestEndNs;
    entry.names = List.copyOf(names);
    entry.sets = setsOf(entry.names, matcher);
    entry.untilNs = untilNs;
    publisher.kept(address, nowNs);
    return true;
  }

  /** Adds what a kept address is kept for. */
  void raise(int address, MembershipsBuilder builder) {
    Kept entry = kept.get(address);
    if (entry != null) {
      for (int set : entry.sets) {
        builder.raise(set, entry.untilNs);
      }
    }
  }

  /** The names from which links that are not over lead to the address. */
  private void addNamesOf(int address, long nowNs, Set<DomainName> names) {
    IntQueue found = new IntQueue();
    Set<Integer> seen = new HashSet<>();
    Links links = graph.links;
    int first = graph.addresses.firstIncoming(address);
    for (int link = first; link != 0; link = links.next(link, true)) {
      if (links.expiryNs(link) - nowNs > 0 && seen.add(links.owner(link))) {
        found.add(links.owner(link));
      }
    }
    while (!found.isEmpty() && names.size() < MAX_NAMES) {
      int name = found.poll();
      names.add(graph.names.name(name));
      LinkLists aliases = graph.names.incoming;
      for (int link = aliases.first(name); link != 0; link = aliases.next(link)) {
        if (links.expiryNs(link) - nowNs > 0
            && seen.size() < MAX_NAMES
            && seen.add(links.owner(link))) {
          found.add(links.owner(link));
        }
      }
    }
  }

  private static int[] setsOf(List<DomainName> names, NameMatcher matcher) {
    return names.stream()
        .flatMapToInt(
            name -> Arrays.stream(Names.setsOf(name.wire(), 0, name.wire().length, matcher)))
        .sorted()
        .distinct()
        .toArray();
  }

  /** Lets those go whose time is over. */
  void expire(long nowNs, TablePublisher publisher) {
    if (kept.isEmpty() || soonestEndNs - nowNs > 0) {
      return;
    }
    soonestEndNs = nowNs + Long.MAX_VALUE / 4;
    for (Iterator<Map.Entry<Integer, Kept>> each = kept.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Integer, Kept> entry = each.next();
      long untilNs = entry.getValue().untilNs;
      if (untilNs - nowNs > 0) {
        soonestEndNs = Math.min(soonestEndNs - nowNs, untilNs - nowNs) + nowNs;
        continue;
      }
      int address = entry.getKey();
      each.remove();
      graph.addresses.kept(address, false);
      publisher.expired(address, nowNs);
      graph.dropIfBare(address);
    }
  }

  /** The names are the same, the sets are those of another policy: notes whose sets changed. */
  void rematch(NameMatcher matcher, TablePublisher publisher) {
    kept.forEach(
        (address, entry) -> {
          int[] sets = setsOf(entry.names, matcher);
          if (!Arrays.equals(sets, entry.sets)) {
            entry.sets = sets;
            publisher.shrunk(address);
          }
        });
  }

  void clear() {
    kept.clear();
  }

  int size() {
    return kept.size();
  }
}
