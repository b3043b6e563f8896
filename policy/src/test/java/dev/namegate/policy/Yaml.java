// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** Short forms of the documents that tests are made of. */
final class Yaml {
  private Yaml() {}

  static String object(String kind, String name, String spec) {
    return "apiVersion: projectcalico.org/v3\nkind: "
        + kind
        + "\nmetadata: {name: "
        + name
        + "}\nspec: "
        + spec
        + "\n---\n";
  }

  static String object(String kind, String namespace, String name, String labels, String spec) {
    return "apiVersion: projectcalico.org/v3\nkind: "
        + kind
        + "\nmetadata: {name: "
        + name
        + (namespace.isEmpty() ? "" : ", namespace: " + namespace)
        + ", labels: "
        + labels
        + "}\nspec: "
        + spec
        + "\n---\n";
  }

  /** A workload of node {@code n} behind {@code cali1} at 10.65.0.2 and fd65::2. */
  static String workload(String more) {
    return object(
        "WorkloadEndpoint",
        "shop",
        "w1",
        "{role: web}",
        "{node: n, interfaceName: cali1, ipNetworks: [10.65.0.2/32, 'fd65::2/128']" + more + "}");
  }

  /** A host endpoint of node {@code n} for {@code eth0}. */
  static String host(String more) {
    return object(
        "HostEndpoint", "", "h1", "{role: web}", "{node: n, interfaceName: eth0" + more + "}");
  }

  /** A GlobalNetworkPolicy with these egress rules for all endpoints. */
  static String policy(String name, String more, String... egress) {
    return object(
        "GlobalNetworkPolicy",
        name,
        "{types: [Egress]" + more + ", egress: [" + String.join(", ", egress) + "]}");
  }
}
