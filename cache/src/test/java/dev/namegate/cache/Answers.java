// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.Edge;
import java.util.Map;

/** Edges, times and matchers as tests write them. */
final class Answers {
  private static final int[] NONE = {};

  private Answers() {}

  static Edge alias(String owner, String target, long ttlSeconds) {
    return new AliasEdge(DomainName.parse(owner), DomainName.parse(target), ttlSeconds);
  }

  static Edge address(String owner, String address, long ttlSeconds) {
    return new AddressEdge(DomainName.parse(owner), IpAddress.parse(address), ttlSeconds);
  }

  static long seconds(double seconds) {
    return Math.round(seconds * 1e9);
  }

  /** A matcher that knows these names, by text. */
  static NameMatcher sets(Map<String, int[]> setsByName) {
    return name -> setsByName.getOrDefault(name.toString(), NONE);
  }

  static boolean isMember(AddressTable table, String address, int set, long nowNs) {
    IpAddress ip = IpAddress.parse(address);
    Memberships found = table.lookup(ip.hi(), ip.lo());
    return found != null && found.contains(set, nowNs);
  }
}
