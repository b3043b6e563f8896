// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import org.jspecify.annotations.Nullable;

/**
 * A host endpoint: what leaves through this interface is subject to policy.
 *
 * @param interfaceName the interface's name, or {@value #ALL} for every interface that is neither
 *     loopback nor a workload's
 */
public record HostEndpointRule(String interfaceName) {
  public static final String ALL = "*";

  public HostEndpointRule {
    if (!interfaceName.equals(ALL)) {
      InterfaceName.check("host endpoint", interfaceName, 15);
    }
  }

  /** The endpoint on every interface. */
  public static HostEndpointRule forAll() {
    return new HostEndpointRule(ALL);
  }

  public boolean coversAllInterfaces() {
    return interfaceName.equals(ALL);
  }

  // Written out: a record's own are made at run time, and a start would wait for that.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HostEndpointRule that && interfaceName.equals(that.interfaceName);
  }

  @Override
  public int hashCode() {
    return interfaceName.hashCode();
  }
}
