// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Which packets could stand for all that have their protocol, destination and destination port, and
 * for a workload their source: the addresses have to be ones that mean the same everywhere, and the
 * source of a workload its own and nobody else's.
 *
 * <p><b>Threading:</b> immutable.
 */
@HotPath
final class CacheableFlows {
  /** Upper and lower longs of the addresses that a packet of the workload may come from. */
  private final long[][] sources;

  private final boolean[] isWorkload;

  CacheableFlows(List<Endpoint> endpoints) {
    Map<IpAddress, Integer> owners = new HashMap<>();
    for (Endpoint endpoint : endpoints) {
      if (endpoint.kind() == Endpoint.Kind.WORKLOAD) {
        endpoint.addresses().stream()
            .distinct()
            .forEach(address -> owners.merge(address, 1, Integer::sum));
      }
    }
    sources = new long[endpoints.size()][];
    isWorkload = new boolean[endpoints.size()];
    for (Endpoint endpoint : endpoints) {
      isWorkload[endpoint.id()] = endpoint.kind() == Endpoint.Kind.WORKLOAD;
      sources[endpoint.id()] =
          endpoint.addresses().stream()
              .filter(address -> owners.getOrDefault(address, 0) == 1)
              .filter(address -> isUsable(address.hi(), address.lo()))
              .flatMapToLong(address -> LongStream.of(address.hi(), address.lo()))
              .toArray();
    }
  }

  boolean isWorkload(int endpointId) {
    return isWorkload[endpointId];
  }

  /** Whether it is of a protocol with ports and has usable addresses. */
  boolean isCacheable(int endpointId, IpPacket packet) {
    int protocol = packet.protocol();
    return (protocol == IpPacket.TCP || protocol == IpPacket.UDP || protocol == IpPacket.SCTP)
        && packet.destinationPort() >= 0
        && isUsable(packet.destinationHi(), packet.destinationLo())
        && (!isWorkload[endpointId]
            || isSource(sources[endpointId], packet.sourceHi(), packet.sourceLo()));
  }

  private static boolean isSource(long[] addresses, long hi, long lo) {
    for (int i = 0; i < addresses.length; i += 2) {
      if (addresses[i] == hi && addresses[i + 1] == lo) {
        return true;
      }
    }
    return false;
  }

  /** Whether the address is none of those that many have: unspecified, loopback, link-local. */
  private static boolean isUsable(long hi, long lo) {
    if (IpAddress.isIpv4(hi, lo)) {
      int address = (int) lo;
      int first = address >>> 24;
      return first != 0 && first != 127 && address >>> 16 != 0xa9fe; // 169.254.0.0/16
    }
    return hi >>> 54 != 0xfe80 >>> 6 && !(hi == 0 && Long.compareUnsigned(lo, 1) <= 0);
  }
}
