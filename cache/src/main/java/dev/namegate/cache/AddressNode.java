// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A learnt address of one scope: known as long as a link leads to it. */
final class AddressNode extends Node {
  final long hi;
  final long lo;

  /** The reverse edges: the names that have the address. */
  final LinkList<AddressLink> incoming = new LinkList<>(true);

  /** What the published table has for the address; null if nothing. */
  @Nullable Memberships published;

  /** Whether it stands in the publisher's list of addresses to compute afresh. */
  boolean isStale;

  /** The names that {@link KeptAddresses} keeps the address for; empty if it does not. */
  List<DomainName> keptNames = List.of();

  /** Their domain sets, ascending. */
  int[] keptSets = {};

  long keptUntilNs;

  AddressNode(int scope, long hi, long lo) {
    super(scope);
    this.hi = hi;
    this.lo = lo;
  }

  IpAddress address() {
    return new IpAddress(hi, lo);
  }

  boolean isKept() {
    return !keptNames.isEmpty();
  }

  /** It is not kept any more. */
  void forget() {
    keptNames = List.of();
    keptSets = new int[0];
  }
}
