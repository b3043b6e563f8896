// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.packet.IpAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Which addresses are this host's own, remembered until its interfaces change.
 *
 * <p><b>Threading:</b> {@link #contains} by one thread; {@link #interfacesChanged} by another.
 *
 * <p><b>Bounds:</b> at {@value #MAX_ENTRIES} addresses that were asked for, all are forgotten.
 */
final class HostAddresses {
  private static final int MAX_ENTRIES = 4096;

  private final Map<IpAddress, Boolean> known = new HashMap<>();
  private int seenChange;

  /** Counts changes. Written by the thread that watches interfaces. */
  private volatile int change;

  /** Says that addresses or interfaces came or went. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a single writer
  void interfacesChanged() {
    change++;
  }

  /** Whether some interface of this host has the address, or it is one of loopback. */
  boolean contains(IpAddress address) {
    int now = change;
    if (now != seenChange || known.size() == MAX_ENTRIES) {
      known.clear();
      seenChange = now;
    }
    return known.computeIfAbsent(
        address,
        each -> (each.isIpv4() && each.ipv4() >>> 24 == 127) || HostInterfaces.isOfThisHost(each));
  }
}
