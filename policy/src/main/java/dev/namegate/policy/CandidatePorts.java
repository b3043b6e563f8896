// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledRule.Side;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.PortRange;
import dev.namegate.policy.Rule.Ports;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
    Map<Integer, int[]> bySet = new HashMap<>();
    for (CompiledRule rule : rules) {
      Side destination = rule == null ? null : rule.destination();
      if (rule != null
          && destination != null
          && destination.usesDomains()
          && rule.rule().action() == Action.ALLOW) {
        int[] ofRule = portsOf(rule.rule());
        add(ofRule, destination.domainSet(), bySet);
        add(ofRule, destination.selectedDomainSet(), bySet);
      }
    }
    sets = new int[bySet.size()];
    int count = 0;
    for (int set : bySet.keySet()) {
      sets[count++] = set;
    }
    Arrays.sort(sets);
    ports = new int[sets.length][];
    for (int i = 0; i < sets.length; i++) {
      ports[i] = Objects.requireNonNull(bySet.get(sets[i]));
    }
  }

  private static void add(int[] ofRule, int set, Map<Integer, int[]> bySet) {
    if (set != DomainSets.NONE) {
      int[] before = bySet.get(set);
      bySet.put(set, before == null ? ofRule : joined(before, ofRule));
    }
  }

  /** Both without repetition, the first of them; one of the two if it is that. */
  private static int[] joined(int[] some, int[] others) {
    int[] all = Arrays.copyOf(some, MOST);
    int count = addAll(others, all, some.length);
    return count == some.length ? some : Arrays.copyOf(all, count);
  }

  /** In the order in which a rule names them, {@value #MOST} at most, each once. */
  private static int[] portsOf(Rule rule) {
    Ports ports = rule.destination().ports();
    int protocol = rule.protocol();
    int[] found = new int[MOST];
    int count = 0;
    if (ports.isEmpty()) {
      for (int key : OF_THE_WEB) {
        if (protocol == Rule.ANY || protocol == key >>> 16) {
          count = addOne(key, found, count);
        }
      }
    }
    for (PortRange range : ports.ranges()) {
      for (int each : WITH_PORTS) {
        if (range.first() == range.last() && protocol == each) {
          count = addOne(PortSet.key(each, range.first()), found, count);
        }
      }
    }
    return Arrays.copyOf(found, count);
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
      size = addOne(key, into, size);
    }
    return size;
  }

  private static int addOne(int key, int[] into, int count) {
    boolean known = false;
    for (int i = 0; i < count; i++) {
      known |= into[i] == key;
    }
    if (known || count == into.length) {
      return count;
    }
    into[count] = key;
    return count + 1;
  }
}
