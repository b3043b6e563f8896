// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.IpAddress;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which endpoint of a policy has an address: who asked, when a reply goes there.
 *
 * <p><b>Threading:</b> immutable, but that {@code isOfThisHost} is asked anew each time.
 */
public final class ClientIndex {
  /** The address is one of this host's own. */
  public static final int HOST = -1;

  /** The address is neither this host's nor that of exactly one workload. */
  public static final int NOBODY = -2;

  private final Map<IpAddress, Integer> workloads = new HashMap<>();
  private final Predicate<IpAddress> isOfThisHost;

  /**
   * @param isOfThisHost whether an address that no workload has is one of this host's own
   */
  public ClientIndex(CompiledPolicy policy, Predicate<IpAddress> isOfThisHost) {
    this.isOfThisHost = isOfThisHost;
    for (Endpoint endpoint : policy.endpoints()) {
      if (endpoint.kind() == Endpoint.Kind.WORKLOAD) {
        endpoint
            .addresses()
            .forEach(address -> workloads.merge(address, endpoint.id(), (one, other) -> NOBODY));
      }
    }
  }

  /** The id of the workload endpoint, {@link #HOST} or {@link #NOBODY}. */
  public int endpoint(long hi, long lo) {
    IpAddress address = new IpAddress(hi, lo);
    Integer workload = workloads.get(address);
    if (workload != null) {
      return workload;
    }
    return isOfThisHost.test(address) ? HOST : NOBODY;
  }
}
