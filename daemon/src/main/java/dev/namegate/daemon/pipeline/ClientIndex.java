// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Endpoint;

/**
 * Which endpoint of a policy has an address: who asked, when a reply goes there.
 *
 * <p><b>Threading:</b> immutable, but that {@code ofThisHost} is asked anew each time.
 */
public final class ClientIndex {
  /** The address is one of this host's own. */
  public static final int HOST = -1;

  /** The address is neither this host's nor that of exactly one workload. */
  public static final int NOBODY = -2;

  private final AddressNumbers workloads = new AddressNumbers();
  private final OwnAddresses ofThisHost;

  /**
   * @param ofThisHost asked about addresses that no workload has
   */
  public ClientIndex(CompiledPolicy policy, OwnAddresses ofThisHost) {
    this.ofThisHost = ofThisHost;
    for (Endpoint endpoint : policy.endpoints()) {
      if (endpoint.kind() == Endpoint.Kind.WORKLOAD) {
        endpoint.addresses().forEach(address -> add(address, endpoint.id()));
      }
    }
  }

  private void add(IpAddress address, int endpoint) {
    boolean taken = workloads.get(address.hi(), address.lo()) != AddressNumbers.NONE;
    workloads.put(address.hi(), address.lo(), taken ? NOBODY : endpoint);
  }

  /** The id of the workload endpoint, {@link #HOST} or {@link #NOBODY}. */
  @HotPath
  public int endpoint(long hi, long lo) {
    int workload = workloads.get(hi, lo);
    if (workload != AddressNumbers.NONE) {
      return workload;
    }
    return ofThisHost.contain(hi, lo) ? HOST : NOBODY;
  }
}
