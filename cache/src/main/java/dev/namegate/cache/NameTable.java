// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The names by scope and wire form. */
final class NameTable extends KeyedTable<NameNode> {
  /** The node of the name in this canonical wire form; null if it is not known. */
  @Nullable NameNode find(int scope, byte[] octets, int from, int to) {
    int hash = hash(scope, octets, from, to);
    int slot = start(hash);
    for (NameNode node = at(slot); node != null; node = at(slot)) {
      if (node.hash == hash && node.scope == scope && isOf(node, octets, from, to)) {
        return node;
      }
      slot = next(slot);
    }
    return null;
  }

  private static boolean isOf(NameNode node, byte[] octets, int from, int to) {
    byte[] wire = node.name.wire();
    return Arrays.equals(wire, 0, wire.length, octets, from, to);
  }

  private int hash(int scope, byte[] octets, int from, int to) {
    return fold(keyed.mix(keyed.mix(keyed.seed(), scope), octets, from, to));
  }

  @Override
  int hashOf(NameNode node) {
    byte[] wire = node.name.wire();
    return hash(node.scope, wire, 0, wire.length);
  }
}
