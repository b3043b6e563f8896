// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static dev.namegate.policy.Yaml.host;
import static dev.namegate.policy.Yaml.object;
import static dev.namegate.policy.Yaml.policy;
import static dev.namegate.policy.Yaml.workload;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyAdviceTest {
  private static final String NAMES = "{action: Allow, destination: {domains: [a.example]}}";
  private static final String WARNING =
      "test.yaml:4:34: GlobalNetworkPolicy(p).spec.egress[0]: allows names that"
          + " WorkloadEndpoint(shop/w1) may not look up — add a rule that allows UDP port 53";
  private static final String ALLOW_ALL = ", profiles: [projectcalico-default-allow]";

  @Test
  void namesThatAWorkloadMayNotLookUpAreWarnedOf() {
    assertEquals(List.of(WARNING), advice(policy("p", "", NAMES) + workload("")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{action: Allow, protocol: UDP, destination: {ports: [53]}}",
        "{action: Allow, protocol: UDP, destination: {ports: ['50:60'], nets: [192.0.2.53/32]}}",
        "{action: Allow, protocol: UDP, destination: {ports: [dns]}}",
        "{action: Allow, notProtocol: TCP}",
        "{action: Allow}",
      })
  void ruleThatAllowsTheLookupIsEnough(String rule) {
    assertEquals(List.of(), advice(policy("p", "", NAMES, rule) + workload("")));
    assertEquals(List.of(), advice(policy("p", "", NAMES) + policy("q", "", rule) + workload("")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{action: Deny, protocol: UDP, destination: {ports: [53]}}",
        "{action: Allow, protocol: TCP, destination: {ports: [53]}}",
        "{action: Allow, notProtocol: UDP}",
        "{action: Allow, protocol: UDP, destination: {ports: [54]}}",
        "{action: Allow, protocol: UDP, destination: {notPorts: [53]}}",
        "{action: Allow, protocol: UDP, destination: {ports: [53], domains: [b.example]}}",
      })
  void ruleThatDoesNotAllowTheLookupIsNotEnough(String rule) {
    assertEquals(List.of(WARNING), advice(policy("p", "", NAMES, rule) + workload("")));
  }

  @Test
  void policyForOthersDoesNotCount() {
    String lookup =
        policy("q", ", selector: role == 'db'", "{action: Allow, protocol: UDP}")
            + object("NetworkPolicy", "data", "q", "{}", "{egress: [{action: Allow}]}");

    assertEquals(List.of(WARNING), advice(policy("p", "", NAMES) + workload("") + lookup));
  }

  @Test
  void policyThatIsNotEnforcedDoesNotCount() {
    String staged = object("StagedGlobalNetworkPolicy", "q", "{egress: [{action: Allow}]}");

    assertEquals(List.of(WARNING), advice(policy("p", "", NAMES) + workload("") + staged));
  }

  @Test
  void profileCountsIfTheTierPasses() {
    assertEquals(List.of(WARNING), advice(policy("p", "", NAMES) + workload(ALLOW_ALL)));
    assertEquals(
        List.of(), advice(policy("p", ", tier: kube-baseline", NAMES) + workload(ALLOW_ALL)));
    assertEquals(List.of(), advice(policy("p", "", NAMES, "{action: Pass}") + workload(ALLOW_ALL)));
  }

  @Test
  void namesOfANetworkSetAreNamesToo() {
    String set =
        object("GlobalNetworkSet", "", "s", "{a: b}", "{allowedEgressDomains: [a.example]}");
    String nets = object("GlobalNetworkSet", "", "s", "{a: b}", "{nets: [192.0.2.0/24]}");
    String rule = "{action: Allow, destination: {selector: a == 'b'}}";

    assertEquals(List.of(WARNING), advice(policy("p", "", rule) + workload("") + set));
    assertEquals(List.of(), advice(policy("p", "", rule) + workload("") + nets));
  }

  @Test
  void hostsLookUpThroughTheirFailsafe() {
    assertEquals(List.of(), advice(policy("p", "", NAMES) + host("")));
  }

  @Test
  void policyForNobodyIsNotWarnedOf() {
    assertEquals(List.of(), advice(policy("p", ", selector: role == 'db'", NAMES) + workload("")));
  }

  @Test
  void withoutEndpointsAllPoliciesAreLookedAt() {
    assertEquals(
        List.of(
            "test.yaml:4:34: GlobalNetworkPolicy(p).spec.egress[0]: allows names that a workload may"
                + " not look up — add a rule that allows UDP port 53"),
        advice(policy("p", "", NAMES)));
    assertEquals(List.of(), advice(policy("p", "", NAMES) + policy("q", "", "{action: Allow}")));
  }

  @Test
  void policyOfKubernetesWithoutWorkloadsOfItIsWarnedOf() {
    String kubernetes =
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: p, namespace: shop}
        spec: {policyTypes: [Egress]}
        ---
        """;

    assertEquals(
        List.of(
            "test.yaml:1:1: KubernetesNetworkPolicy(shop/knp.default.p): is for no workload: none of"
                + " its namespace is of the orchestrator k8s — add \"orchestrator: k8s\" to the"
                + " WorkloadEndpoints that it is for"),
        advice(kubernetes + workload("")));
    assertEquals(List.of(), advice(kubernetes + workload(", orchestrator: k8s")));
    assertEquals(List.of(), advice(kubernetes));
  }

  @Test
  void examplesOfTheDocumentsNeedNoAdvice() throws Exception {
    try (Stream<Path> examples = Files.list(Path.of("../docs/examples"))) {
      for (Path example : examples.filter(Files::isDirectory).toList()) {
        ReadResult read = ResourceReader.read(List.of(example));
        assertEquals(List.of(), PolicyAdvice.of(read.resources()), example.toString());
        assertEquals(List.of(), read.problems());
      }
    }
  }

  private static List<String> advice(String yaml) {
    return PolicyAdvice.of(Verdicts.resources(yaml)).stream().map(Problem::toString).toList();
  }
}
