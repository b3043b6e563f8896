// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What the kernel lists as bound: each list is read once for all who ask, when the first of them
 * does. For one look at several sockets; it grows old.
 *
 * <p><b>Threading:</b> confined to one thread, whose network namespace the lists are of.
 */
public final class KernelBindings {
  private final Map<NetlinkSubsystem, Map<Integer, Long>> holders = new HashMap<>();

  /** Whether the list, as it was read, has this number as held by this port id. */
  boolean has(NetlinkSubsystem subsystem, int number, long portId) throws IOException {
    Map<Integer, Long> listed = holders.get(subsystem);
    if (listed == null) {
      listed = subsystem.holders();
      holders.put(subsystem, listed);
    }
    return Long.valueOf(portId).equals(listed.get(number));
  }
}
