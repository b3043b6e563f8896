// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;

/**
 * A GlobalNetworkPolicy, or a NetworkPolicy if it has a namespace.
 *
 * @param kind as written
 * @param namespace empty for a global one
 * @param order positive infinity if it says none
 * @param selector which endpoints it is for, its namespace included
 * @param governsEgress whether it has a say in egress: then what its rules do not allow is denied
 */
record NetworkPolicySpec(
    String kind,
    String namespace,
    String name,
    double order,
    Selector selector,
    boolean governsEgress,
    List<PolicyRule> egress) {
  /** The tie-break between equal orders. */
  String sortKey() {
    return name + "/" + namespace + "/" + kind;
  }

  String title() {
    return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
  }
}
