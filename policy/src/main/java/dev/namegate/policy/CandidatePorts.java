// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledRule.Side;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.PortRange;
import dev.namegate.policy.Rule.Ports;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ports that a program's rules with domains name one by one: where a flow goes that follows the
 * lookup of a name. A rule without ports stands for those of the web.
 *
 * <p>What it names is a guess at what will be asked, not a decision.
 *
 * <p><b>Threading:</b> immutable.
 *
 * <p><b>Bounds:</b> at most {@value #MOST} for a domain set.
 */
final class CandidatePorts {
  static final int MOST = 8;

  /** Protocols of {@link CompiledPolicy#portKey} that follow a lookup where no port is named. */
  private static final int[] OF_THE_WEB = {
    PortSet.key(IpPacket.TCP, 443), PortSet.key(IpPacket.TCP, 80), PortSet.key(IpPacket.UDP, 443)
  };

  private static final int[] WITH_PORTS = {IpPacket.TCP, IpPacket.UDP, IpPacket.SCTP};

  /** Domain sets, ascending. */
  private final int[] sets;

  private final int[][] ports;

  CandidatePorts(@Nullable CompiledRule[] rules) {
    Map<Integer, Set<Integer>> bySet = new TreeMap<>();
    for (CompiledRule rule : rules) {
      Side destination = rule == null ? null : rule.destination();
      if (rule != null
          && destination != null
          && destination.usesDomains()
          && rule.rule().action() == Action.ALLOW) {
        add(rule, destination.domainSet(), bySet);
        add(rule, destination.selectedDomainSet(), bySet);
      }
    }
    sets = bySet.keySet().stream().mapToInt(Integer::intValue).toArray();
    ports =
        bySet.values().stream()
            .map(all -> all.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
  }

  private static void add(CompiledRule rule, int set, Map<Integer, Set<Integer>> bySet) {
    if (set == DomainSets.NONE) {
      return;
    }
    Set<Integer> found = bySet.computeIfAbsent(set, unused -> new LinkedHashSet<>());
    Ports ports = rule.rule().destination().ports();
    int protocol = rule.rule().protocol();
    if (ports.isEmpty()) {
      for (int key : OF_THE_WEB) {
        if (protocol == Rule.ANY || protocol == key >>> 16) {
          addOne(key, found);
        }
      }
    }
    for (PortRange range : ports.ranges()) {
      for (int each : WITH_PORTS) {
        if (range.first() == range.last() && protocol == each) {
          addOne(PortSet.key(each, range.first()), found);
        }
      }
    }
  }

  private static void addOne(int key, Set<Integer> found) {
    if (found.size() < MOST) {
      found.add(key);
    }
  }

  /** Writes those of all sets that the address is a member of; returns how many. */
  int of(DomainMembership learnt, int[] into) {
    if (sets.length == 0) {
      return 0;
    }
    int count = 0;
    int end = sets[sets.length - 1] + 1;
    for (int set = learnt.nextMember(sets[0], end);
        set >= 0;
        set = learnt.nextMember(set + 1, end)) {
      int place = Arrays.binarySearch(sets, set);
      if (place >= 0) {
        count = addAll(ports[place], into, count);
      }
    }
    return count;
  }

  private static int addAll(int[] some, int[] into, int count) {
    int size = count;
    for (int key : some) {
      boolean known = false;
      for (int i = 0; i < size; i++) {
        known |= into[i] == key;
      }
      if (!known && size < into.length) {
        into[size++] = key;
      }
    }
    return size;
  }
}
