// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/** What a link leads to. */
abstract sealed class Node extends Keyed permits NameNode, AddressNode {
  final int scope;

  Node(int scope) {
    this.scope = scope;
  }
}
