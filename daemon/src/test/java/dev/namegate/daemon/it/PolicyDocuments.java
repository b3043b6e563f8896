// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

/** Resources in a line or two each, as YAML documents to put together. */
final class PolicyDocuments {
  private PolicyDocuments() {}

  static String object(String kind, String name, String labels, String spec) {
    return """
    apiVersion: projectcalico.org/v3
    kind: %s
    metadata: {name: %s, labels: {%s}}
    spec: {%s}
    ---
    """
        .formatted(kind, name, labels, spec);
  }

  /** A host endpoint with the label {@code is: <name>}. */
  static String host(String name, String where) {
    return object("HostEndpoint", name, "is: " + name, "node: lab, " + where);
  }

  static String policy(String name, String selector, String egress) {
    return object(
        "GlobalNetworkPolicy",
        name,
        "",
        "selector: \"" + selector + "\", types: [Egress], " + egress);
  }

  static String allow(String net) {
    return "egress: [{action: Allow, destination: {nets: ['" + net + "']}}]";
  }

  static String felix(String spec) {
    return object("FelixConfiguration", "default", "", spec);
  }

  static String workload() {
    return """
    apiVersion: projectcalico.org/v3
    kind: WorkloadEndpoint
    metadata: {name: lab-k8s-wl-eth0, namespace: lab, labels: {is: workload}}
    spec:
      node: lab
      orchestrator: k8s
      pod: wl
      endpoint: eth0
      interfaceName: cali-wl
      ipNetworks: [10.65.0.2/32, 'fd65::2/128']
    ---
    """;
  }
}
