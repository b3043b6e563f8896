// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/** An A or AAAA record. */
final class AddressLink extends Link {
  final AddressNode target;

  /** Whether it stands in the publisher's list of links whose address may gain by them. */
  boolean isUnpublished;

  AddressLink(NameNode owner, AddressNode target, long expiryNs) {
    super(owner, expiryNs);
    this.target = target;
  }

  @Override
  AddressNode target() {
    return target;
  }
}
