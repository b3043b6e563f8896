// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import org.jspecify.annotations.Nullable;

/** A network that a workload may send from, and the host side interface it sends through. */
public record SourceAddress(String interfaceName, Cidr net) {
  public SourceAddress {
    InterfaceName.check("workload interface", interfaceName, 15);
  }

  // Written out: a record's own are made at run time, and a start would wait for that.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceAddress that
        && interfaceName.equals(that.interfaceName)
        && net.equals(that.net);
  }

  @Override
  public int hashCode() {
    return 31 * interfaceName.hashCode() + net.hashCode();
  }
}
