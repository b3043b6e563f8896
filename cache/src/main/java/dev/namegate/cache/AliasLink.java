// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/** A CNAME record. */
final class AliasLink extends Link {
  final NameNode target;

  AliasLink(NameNode owner, NameNode target, long expiryNs) {
    super(owner, expiryNs);
    this.target = target;
  }

  @Override
  NameNode target() {
    return target;
  }
}
