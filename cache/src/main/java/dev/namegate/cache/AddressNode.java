// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/** A learnt address: known as long as a link leads to it. */
final class AddressNode implements Node {
  final IpAddress address;

  /** The reverse edges: the names that have the address. */
  final LinkList<AddressLink> incoming = new LinkList<>(true);

  /** What the published table has for the address; null if nothing. */
  @Nullable Memberships published;

  /** Whether it stands in the publisher's list of addresses to compute afresh. */
  boolean isStale;

  AddressNode(IpAddress address) {
    this.address = address;
  }
}
