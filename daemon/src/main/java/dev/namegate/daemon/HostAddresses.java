// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.pipeline.AddressNumbers;
import dev.namegate.daemon.pipeline.OwnAddresses;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;

/**
 * Which addresses are this host's own, remembered until its interfaces change.
 *
 * <p><b>Threading:</b> {@link #contain} by one thread; {@link #interfacesChanged} by another.
 *
 * <p><b>Bounds:</b> at {@value #MAX_ENTRIES} addresses that were asked for, all are forgotten.
 */
final class HostAddresses implements OwnAddresses {
  private static final int MAX_ENTRIES = 4096;

  /** 1 for those that are, 0 for those that are not. */
  private final AddressNumbers known = new AddressNumbers();

  private int seenChange;

  /** Counts changes. Written by the thread that watches interfaces. */
  private volatile int change;

  /** Says that addresses or interfaces came or went. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a single writer
  void interfacesChanged() {
    change++;
  }

  /** Whether some interface of this host has the address, or it is one of loopback. */
  @Override
  @HotPath
  public boolean contain(long hi, long lo) {
    int now = change;
    if (now != seenChange || known.size() == MAX_ENTRIES) {
      known.clear();
      seenChange = now;
    }
    int own = known.get(hi, lo);
    if (own == AddressNumbers.NONE) {
      own = isOwn(new IpAddress(hi, lo)) ? 1 : 0;
      known.put(hi, lo, own);
    }
    return own == 1;
  }

  private static boolean isOwn(IpAddress address) {
    return (address.isIpv4() && address.ipv4() >>> 24 == 127)
        || HostInterfaces.isOfThisHost(address);
  }
}
