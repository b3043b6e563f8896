// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
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
  private final TablePublisher publisher;
  private final List<AddressNode> kept = new ArrayList<>();
  private long soonestEndNs;

  KeptAddresses(NameGraph graph, TablePublisher publisher) {
    this.graph = graph;
    this.publisher = publisher;
  }

  /** Prolongs what policy knows of the address; false if that is nothing, or too much is kept. */
  boolean keep(AddressNode address, long untilNs, long nowNs, NameMatcher matcher) {
    boolean isNew = address.keptNames.isEmpty();
    if (isNew && kept.size() >= MAX) {
      return false;
    }
    Set<DomainName> names =
        new LinkedHashSet<>(address.keptUntilNs - nowNs > 0 ? address.keptNames : List.of());
    addNamesOf(address, nowNs, names);
    if (names.isEmpty()) {
      return false;
    }
    if (isNew) {
      kept.add(address);
    }
    soonestEndNs = kept.size() == 1 || untilNs - soonestEndNs < 0 ? untilNs : soonestEndNs;
    address.keptNames = List.copyOf(names);
    address.keptSets = setsOf(address.keptNames, matcher);
    address.keptUntilNs = untilNs;
    publisher.kept(address, nowNs);
    return true;
  }

  /** The names from which links that are not over lead to the address. */
  private static void addNamesOf(AddressNode address, long nowNs, Set<DomainName> names) {
    ArrayDeque<NameNode> found = new ArrayDeque<>();
    Set<NameNode> seen = new LinkedHashSet<>();
    LinkList<AddressLink> links = address.incoming;
    for (AddressLink link = links.first(); link != null; link = links.next(link)) {
      if (link.expiryNs - nowNs > 0 && seen.add(link.owner)) {
        found.add(link.owner);
      }
    }
    for (NameNode name = found.poll();
        name != null && names.size() < MAX_NAMES;
        name = found.poll()) {
      names.add(name.name);
      LinkList<AliasLink> aliases = name.incoming;
      for (AliasLink link = aliases.first(); link != null; link = aliases.next(link)) {
        if (link.expiryNs - nowNs > 0 && seen.size() < MAX_NAMES && seen.add(link.owner)) {
          found.add(link.owner);
        }
      }
    }
  }

  private static int[] setsOf(List<DomainName> names, NameMatcher matcher) {
    return names.stream()
        .flatMapToInt(name -> Arrays.stream(NameNode.setsOf(name, matcher)))
        .sorted()
        .distinct()
        .toArray();
  }

  /** Lets those go whose time is over. */
  void expire(long nowNs) {
    if (kept.isEmpty() || soonestEndNs - nowNs > 0) {
      return;
    }
    soonestEndNs = nowNs + Long.MAX_VALUE / 4;
    for (Iterator<AddressNode> each = kept.iterator(); each.hasNext(); ) {
      AddressNode address = each.next();
      if (address.keptUntilNs - nowNs > 0) {
        soonestEndNs = Math.min(soonestEndNs - nowNs, address.keptUntilNs - nowNs) + nowNs;
        continue;
      }
      each.remove();
      address.forget();
      publisher.expired(address, nowNs);
      graph.dropIfBare(address);
    }
  }

  /** The names are the same, the sets are those of another policy. */
  void rematch(NameMatcher matcher) {
    for (AddressNode address : kept) {
      address.keptSets = setsOf(address.keptNames, matcher);
    }
  }

  void clear() {
    kept.clear();
  }

  int size() {
    return kept.size();
  }
}
