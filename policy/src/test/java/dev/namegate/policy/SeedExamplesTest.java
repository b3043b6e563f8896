// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.IpPacket;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The four examples of the seed document decide as it says. */
final class SeedExamplesTest {
  private static final String ENDPOINTS =
      """
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata:
        name: lab-k8s-client-eth0
        namespace: rollout-test
        labels: {my-pod-label: my-value}
      spec:
        node: lab
        interfaceName: cali-wl
        ipNetworks: [10.65.0.2/32]
      ---
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata:
        name: lab-k8s-other-eth0
        namespace: elsewhere
        labels: {my-pod-label: my-value}
      spec:
        node: lab
        interfaceName: cali-other
        ipNetworks: [10.65.0.3/32]
        ports: [{name: dns, protocol: UDP, port: 5353}]
      ---
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata:
        name: lab-eth0
        labels: {my-pod-label: my-value}
      spec: {node: lab, interfaceName: eth0}
      ---
      """;

  private static final String GLOBAL_NETWORK_POLICY =
      """
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata:
        name: allow-egress-to-domains
      spec:
        order: 1
        selector: my-pod-label == 'my-value'
        types:
        - Egress
        egress:
        - action: Allow
          protocol: UDP
          destination:
            ports:
            - 53
            - dns
        - action: Allow
          destination:
            domains:
            - api.alice.com
            - '*.example.com'
      """;

  private static final String NETWORK_POLICY =
      GLOBAL_NETWORK_POLICY
          .replace("kind: GlobalNetworkPolicy", "kind: NetworkPolicy")
          .replace(
              "  name: allow-egress-to-domains\n",
              "  name: allow-egress-to-domains\n  namespace: rollout-test\n");

  private static final String GLOBAL_NETWORK_SET =
      """
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkSet
      metadata:
        name: allowed-domains-1
        labels:
          color: red
      spec:
        allowedEgressDomains:
        - api.alice.com
        - '*.example.com'
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata:
        name: allow-egress-to-domain
      spec:
        order: 1
        selector: my-pod-label == 'my-value'
        types:
        - Egress
        egress:
        - action: Allow
          destination:
            selector: color == 'red'
      """;

  private static final String NETWORK_SET =
      """
      apiVersion: projectcalico.org/v3
      kind: NetworkSet
      metadata:
        name: allowed-domains-1
        namespace: rollout-test
        labels:
          color: red
      spec:
        allowedEgressDomains:
        - api.alice.com
        - '*.example.com'
      ---
      apiVersion: projectcalico.org/v3
      kind: NetworkPolicy
      metadata:
        name: allow-egress-to-domain
        namespace: rollout-test
      spec:
        order: 1
        selector: my-pod-label == 'my-value'
        types:
        - Egress
        egress:
        - action: Allow
          destination:
            selector: color == 'red'
      """;

  @Test
  void globalNetworkPolicyAllowsTheDomainsToEveryEndpointItSelects() {
    Verdicts verdicts = Verdicts.of("lab", ENDPOINTS + GLOBAL_NETWORK_POLICY);

    for (String endpoint : List.of("cali-wl", "cali-other", "eth0")) {
      assertDomains(
          verdicts,
          endpoint,
          "tier default, GlobalNetworkPolicy allow-egress-to-domains, egress[1] Allow");
      assertEquals(
          "tier default, GlobalNetworkPolicy allow-egress-to-domains, egress[0] Allow",
          verdicts.of(endpoint, IpPacket.UDP, "192.0.2.53", 53));
    }
  }

  @Test
  void namedPortAllowsTheEndpointThatDefinesItAtThatPort() {
    Verdicts verdicts = Verdicts.of("lab", ENDPOINTS + GLOBAL_NETWORK_POLICY);

    assertEquals(
        "tier default, GlobalNetworkPolicy allow-egress-to-domains, egress[0] Allow",
        verdicts.of("cali-wl", IpPacket.UDP, "10.65.0.3", 5353));
    assertEquals("end of tier default", verdicts.of("cali-wl", IpPacket.UDP, "10.65.0.4", 5353));
    assertEquals("end of tier default", verdicts.of("cali-wl", IpPacket.TCP, "10.65.0.3", 5353));
    assertEquals("end of tier default", verdicts.of("cali-wl", IpPacket.TCP, "192.0.2.53", 53));
  }

  @Test
  void networkPolicyAllowsTheDomainsToWorkloadsOfItsNamespaceOnly() {
    Verdicts verdicts = Verdicts.of("lab", ENDPOINTS + NETWORK_POLICY);

    assertDomains(
        verdicts,
        "cali-wl",
        "tier default, NetworkPolicy rollout-test/allow-egress-to-domains, egress[1] Allow");
    for (String endpoint : List.of("cali-other", "eth0")) {
      assertEquals(
          "no policy or profile allows",
          verdicts.of(endpoint, IpPacket.TCP, "203.0.113.7", 443, "api.alice.com"));
    }
  }

  @Test
  void globalNetworkSetAllowsItsDomainsWhereItIsSelected() {
    Verdicts verdicts = Verdicts.of("lab", ENDPOINTS + GLOBAL_NETWORK_SET);

    assertDomains(
        verdicts,
        "cali-wl",
        "tier default, GlobalNetworkPolicy allow-egress-to-domain, egress[0] Allow");
    assertEquals("end of tier default", verdicts.of("cali-wl", IpPacket.UDP, "192.0.2.53", 53));
  }

  @Test
  void networkSetAllowsItsDomainsInItsNamespace() {
    Verdicts verdicts = Verdicts.of("lab", ENDPOINTS + NETWORK_SET);

    assertDomains(
        verdicts,
        "cali-wl",
        "tier default, NetworkPolicy rollout-test/allow-egress-to-domain, egress[0] Allow");
  }

  @Test
  void networkSetOfAnotherNamespaceAllowsNothing() {
    Verdicts verdicts =
        Verdicts.of(
            "lab",
            ENDPOINTS
                + NETWORK_SET.replaceFirst("namespace: rollout-test", "namespace: elsewhere"));

    assertEquals(
        "end of tier default",
        verdicts.of("cali-wl", IpPacket.TCP, "203.0.113.7", 443, "api.alice.com"));
  }

  private static void assertDomains(Verdicts verdicts, String endpoint, String allowed) {
    for (String name : List.of("api.alice.com", "bob.example.com", "a.b.example.com")) {
      assertEquals(allowed, verdicts.of(endpoint, IpPacket.TCP, "203.0.113.7", 443, name));
    }
    for (String name : List.of("alice.com", "www.api.alice.com", "example.com", "example.org")) {
      assertEquals(
          "end of tier default", verdicts.of(endpoint, IpPacket.TCP, "203.0.113.7", 443, name));
    }
  }
}
