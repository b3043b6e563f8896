// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.HotPath;
import dev.namegate.policy.Rule.PortRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The ports that a rule names: ranges of numbers, and the (address, protocol, port) triples that
 * endpoints gave a name.
 *
 * <p><b>Threading:</b> immutable.
 */
@HotPath
final class PortSet {
  private static final int[] NO_KEYS = {};
  private static final AddressRanges[] NO_ADDRESSES = {};

  /** First and last port of each range, sorted; ranges do not touch. */
  private final int[] ranges;

  /** Protocol and port of each named port, sorted; see {@link #key}. */
  private final int[] namedKeys;

  /** The addresses for which the key at the same index has the name. */
  private final AddressRanges[] namedAddresses;

  private PortSet(int[] ranges, int[] namedKeys, AddressRanges[] namedAddresses) {
    this.ranges = ranges;
    this.namedKeys = namedKeys;
    this.namedAddresses = namedAddresses;
  }

  /** The set of these numbers, and of these addresses by {@link #key}. */
  static PortSet of(List<PortRange> ranges, Map<Integer, List<Cidr>> named) {
    if (named.isEmpty()) {
      return new PortSet(merged(ranges), NO_KEYS, NO_ADDRESSES);
    }
    SortedMap<Integer, List<Cidr>> sorted = new TreeMap<>(named);
    return new PortSet(
        merged(ranges),
        sorted.keySet().stream().mapToInt(Integer::intValue).toArray(),
        sorted.values().stream().map(AddressRanges::of).toArray(AddressRanges[]::new));
  }

  /** One number for a protocol and a port. */
  static int key(int protocol, int port) {
    return protocol << 16 | port;
  }

  private static int[] merged(List<PortRange> ranges) {
    if (ranges.size() == 1) {
      return new int[] {ranges.get(0).first(), ranges.get(0).last()};
    }
    List<PortRange> merged = new ArrayList<>();
    for (PortRange range :
        ranges.stream().sorted(Comparator.comparingInt(PortRange::first)).toList()) {
      int last = merged.size() - 1;
      if (last >= 0 && range.first() <= merged.get(last).last() + 1) {
        PortRange earlier = merged.get(last);
        merged.set(last, new PortRange(earlier.first(), Math.max(earlier.last(), range.last())));
      } else {
        merged.add(range);
      }
    }
    int[] flat = new int[2 * merged.size()];
    for (int i = 0; i < merged.size(); i++) {
      flat[2 * i] = merged.get(i).first();
      flat[2 * i + 1] = merged.get(i).last();
    }
    return flat;
  }

  /** Whether the set has this port of this address; no port, -1, is in no set. */
  boolean contains(int ipVersion, long hi, long lo, int protocol, int port) {
    if (port < 0) {
      return false;
    }
    for (int i = 0; i < ranges.length && ranges[i] <= port; i += 2) {
      if (port <= ranges[i + 1]) {
        return true;
      }
    }
    int named = indexOf(key(protocol, port));
    return named >= 0 && namedAddresses[named].contains(ipVersion, hi, lo);
  }

  private int indexOf(int key) {
    int from = 0;
    int to = namedKeys.length - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      if (namedKeys[middle] < key) {
        from = middle + 1;
      } else if (namedKeys[middle] > key) {
        to = middle - 1;
      } else {
        return middle;
      }
    }
    return -1;
  }
}
