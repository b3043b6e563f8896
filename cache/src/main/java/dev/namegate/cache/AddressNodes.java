// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import org.jspecify.annotations.Nullable;

/** The addresses by scope and value. */
final class AddressNodes extends KeyedTable<AddressNode> {
  /** The node of this address; null if it is not known. */
  @Nullable AddressNode find(int scope, long hi, long lo) {
    int hash = hash(scope, hi, lo);
    int slot = start(hash);
    for (AddressNode node = at(slot); node != null; node = at(slot)) {
      if (node.lo == lo && node.hi == hi && node.scope == scope) {
        return node;
      }
      slot = next(slot);
    }
    return null;
  }

  private int hash(int scope, long hi, long lo) {
    return fold(keyed.mix(keyed.mix(keyed.mix(keyed.seed(), scope), hi), lo));
  }

  @Override
  int hashOf(AddressNode node) {
    return hash(node.scope, node.hi, node.lo);
  }
}
