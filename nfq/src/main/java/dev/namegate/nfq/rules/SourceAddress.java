// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

/** A network that a workload may send from, and the host side interface it sends through. */
public record SourceAddress(String interfaceName, Cidr net) {
  public SourceAddress {
    InterfaceName.check("workload interface", interfaceName, 15);
  }
}
