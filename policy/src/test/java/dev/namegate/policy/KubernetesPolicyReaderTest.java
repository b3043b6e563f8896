// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.Profile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KubernetesPolicyReaderTest {
  private static final String ANY_POD = "projectcalico.org/orchestrator == \"k8s\"";

  @Test
  void becomesAPolicyAsCalicoMapsIt() {
    Policy policy = only("{podSelector: {}}");

    assertEquals("KubernetesNetworkPolicy(shop/knp.default.p)", policy.id().toString());
    assertEquals("default", policy.tier());
    assertEquals(1000, policy.order());
    assertEquals(ANY_POD, String.valueOf(policy.selector()));
  }

  @Test
  void labelSelectorBecomesASelector() {
    Policy policy =
        only(
            "{podSelector: {matchLabels: {b: '2', a: '1'}, matchExpressions: ["
                + "{key: c, operator: In, values: [y, x]}, {key: d, operator: NotIn, values: [z]},"
                + " {key: e, operator: Exists}, {key: f, operator: DoesNotExist}]}}");

    assertEquals(
        "("
            + ANY_POD
            + " && a == \"1\" && b == \"2\" && c in {\"x\", \"y\"} && d not in {\"z\"} && has(e)"
            + " && !has(f))",
        String.valueOf(policy.selector()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                          | true  | false",
        "{egress: [{}]}                              | true  | true",
        "{policyTypes: []}                           | true  | false",
        "{policyTypes: [Egress]}                     | false | true",
        "{policyTypes: [Ingress], egress: [{}]}      | true  | false",
        "{policyTypes: [Ingress, Egress]}            | true  | true",
      })
  void directionsAreThoseOfTheTypesOrIngressAndThoseOfEgressRules(
      String spec, boolean ingress, boolean egress) {
    Policy policy = only(spec);

    assertEquals(
        List.of(ingress, egress), List.of(policy.governsIngress(), policy.governsEgress()));
  }

  @Test
  void eachPairOfPeerAndProtocolBecomesARule() {
    Policy policy =
        only(
            "{egress: [{to: [{podSelector: {matchLabels: {a: b}}},"
                + " {ipBlock: {cidr: 10.0.0.1/8, except: [10.1.0.0/16]}}],"
                + " ports: [{port: 53, protocol: UDP}, {port: 53}, {port: 80, endPort: 90},"
                + " {port: http}]}]}");

    assertEquals(4, policy.egress().size());
    Rule tcpToPods = policy.egress().get(0);
    Rule tcpToBlock = policy.egress().get(1);
    assertEquals(IpPacket.TCP, tcpToPods.protocol());
    assertEquals(
        "(" + ANY_POD + " && a == \"b\")", String.valueOf(tcpToPods.destination().selector()));
    assertEquals(
        new Rule.Ports(
            List.of(new Rule.PortRange(53, 53), new Rule.PortRange(80, 90)), List.of("http")),
        tcpToPods.destination().ports());
    assertEquals("[10.0.0.0/8]", tcpToBlock.destination().nets().toString());
    assertEquals("[10.1.0.0/16]", tcpToBlock.destination().notNets().toString());
    assertEquals(IpPacket.UDP, policy.egress().get(3).protocol());
  }

  @Test
  void portWithoutANumberIsAllPortsOfItsProtocol() {
    Policy policy = only("{egress: [{ports: [{port: 53}, {protocol: TCP}, {port: 80}]}]}");

    assertEquals(1, policy.egress().size());
    assertTrue(policy.egress().get(0).destination().ports().isEmpty());
  }

  @Test
  void ingressPortsAreThoseOfTheSelectedPods() {
    Rule rule =
        only("{ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]}")
            .ingress()
            .get(0);

    assertEquals("all()", String.valueOf(rule.source().namespaceSelector()));
    assertEquals(List.of(new Rule.PortRange(80, 80)), rule.destination().ports().ranges());
  }

  @Test
  void podThatAnEgressPolicySelectsIsDeniedAllElse() {
    Verdicts verdicts =
        verdicts(
            "{podSelector: {matchLabels: {role: web}}, policyTypes: [Egress], egress: ["
                + "{to: [{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}}],"
                + " ports: [{port: 443}]}]}");

    assertEquals(
        "tier default, KubernetesNetworkPolicy shop/knp.default.p, egress[0] Allow",
        verdicts.of("cali1", IpPacket.TCP, "192.0.2.1", 443));
    for (String address : List.of("192.0.2.129", "198.51.100.1")) {
      assertEquals("end of tier default", verdicts.of("cali1", IpPacket.TCP, address, 443));
    }
    assertEquals("end of tier default", verdicts.of("cali1", IpPacket.UDP, "192.0.2.1", 443));
  }

  @Test
  void podThatNoEgressPolicySelectsGoesByItsProfiles() {
    assertTrue(
        verdicts("{podSelector: {matchLabels: {role: db}}, policyTypes: [Egress]}")
            .allows("cali1", IpPacket.TCP, "192.0.2.1", 443));
    assertTrue(
        verdicts("{podSelector: {}, ingress: [{}]}")
            .allows("cali1", IpPacket.TCP, "192.0.2.1", 443));
  }

  @Test
  void emptyRuleAllowsAllAndNoRuleAllowsNothing() {
    assertTrue(
        verdicts("{egress: [{to: [], ports: []}]}").allows("cali1", IpPacket.UDP, "192.0.2.1", 1));
    assertFalse(
        verdicts("{policyTypes: [Egress], egress: []}")
            .allows("cali1", IpPacket.TCP, "192.0.2.1", 1));
  }

  @Test
  void peersAreOfTheNamespaceUnlessANamespaceSelectorSaysWhichOthers() {
    Verdicts own = verdicts("{egress: [{to: [{podSelector: {}}]}]}");
    Verdicts other =
        verdicts(
            "{egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name:"
                + " data}}, podSelector: {matchLabels: {role: db}}}]}]}");
    Verdicts every = verdicts("{egress: [{to: [{namespaceSelector: {}}]}]}");

    assertEquals(List.of(true, false), reaches(own));
    assertEquals(List.of(false, true), reaches(other));
    assertEquals(List.of(true, true), reaches(every));
  }

  @Test
  void serviceAccountBecomesAProfileWithItsLabels() {
    Resources resources =
        Verdicts.resources(
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: builder, namespace: shop, labels: {team: ci}}
            """);
    Profile profile = resources.all(Profile.class).get(0);

    assertEquals("ksa.shop.builder", profile.metadata().name());
    assertEquals("ci", profile.labelsToApply().get("pcsa.team"));
    assertEquals("builder", profile.labelsToApply().get("pcsa.projectcalico.org/name"));
    assertEquals(List.of(), profile.egress());
  }

  /** Whether w1 reaches w2 of its own namespace and d1 of another. */
  private static List<Boolean> reaches(Verdicts verdicts) {
    return List.of(
        verdicts.allows("cali1", IpPacket.TCP, "10.65.0.3", 80),
        verdicts.allows("cali1", IpPacket.TCP, "10.65.0.4", 80));
  }

  private static Verdicts verdicts(String spec) {
    String more = ", orchestrator: k8s, profiles: [kns.shop]";
    return Verdicts.of(
        "n",
        Yaml.workload(more)
            + pod("shop", "w2", "web", "10.65.0.3")
            + pod("data", "d1", "db", "10.65.0.4")
            + "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
            + "apiVersion: v1\nkind: Namespace\nmetadata: {name: data}\n---\n"
            + policy(spec));
  }

  private static String pod(String namespace, String name, String role, String address) {
    return Yaml.object(
        "WorkloadEndpoint",
        namespace,
        name,
        "{role: " + role + "}",
        "{node: m, orchestrator: k8s, interfaceName: cali-"
            + name
            + ", ipNetworks: ["
            + address
            + "]}");
  }

  private static Policy only(String spec) {
    return Verdicts.resources(policy(spec)).all(Policy.class).get(0);
  }

  private static String policy(String spec) {
    return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        + "metadata: {name: p, namespace: shop}\nspec: "
        + spec
        + "\n";
  }
}
