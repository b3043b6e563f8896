// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.DnsCache;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Endpoint;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClientsTest {
  private static final IpAddress HOST_ADDRESS = IpAddress.parse("192.0.2.1");
  private static final IpAddress LEARNT = IpAddress.parse("198.51.100.1");

  private static final String HOST_ENDPOINT =
      """
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata: {name: all}
      spec: {node: lab, interfaceName: '*'}
      """;

  @TempDir Path directory;

  private static String workload(String name, String... addresses) {
    return """
    apiVersion: projectcalico.org/v3
    kind: WorkloadEndpoint
    metadata: {name: lab-k8s-%1$s-eth0, namespace: shop}
    spec:
      node: lab
      orchestrator: k8s
      pod: %1$s
      endpoint: eth0
      interfaceName: cali%1$s
      ipNetworks: [%2$s]
    """
        .formatted(name, String.join(", ", addresses));
  }

  private CompiledPolicy policy(String... documents) throws IOException {
    Path file = directory.resolve("endpoints.yaml");
    Files.writeString(file, String.join("---\n", documents));
    return PolicyCompiler.compile(ResourceReader.read(List.of(file)).resources(), "lab");
  }

  private static int at(Clients clients, String address) {
    IpAddress of = IpAddress.parse(address);
    return clients.at(of.hi(), of.lo());
  }

  private static int endpoint(CompiledPolicy policy, String interfaceName) {
    return policy.endpoints().stream()
        .filter(each -> each.interfaceName().equals(interfaceName))
        .mapToInt(Endpoint::id)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isOfHost(long hi, long lo) {
    return HOST_ADDRESS.equals(new IpAddress(hi, lo));
  }

  @Test
  void workloadIsOneClientWhicheverOfItsAddressesAsks() throws IOException {
    CompiledPolicy policy =
        policy(
            HOST_ENDPOINT,
            workload("a", "10.0.0.2/32", "'fd00::2/128'"),
            workload("b", "10.0.0.3/32"));
    Clients clients = Clients.of(policy, true, ClientsTest::isOfHost);

    int a = clients.ofEndpoint(endpoint(policy, "calia"));
    assertEquals(a, at(clients, "10.0.0.2"));
    assertEquals(a, at(clients, "fd00::2"));
    assertNotEquals(a, at(clients, "10.0.0.3"));
    assertEquals(Clients.HOST, at(clients, "192.0.2.1"));
    assertEquals(Clients.HOST, clients.ofEndpoint(endpoint(policy, "*")));
    assertEquals(Clients.NOBODY, at(clients, "10.0.0.4"));
    assertEquals(Clients.NOBODY, clients.ofEndpoint(CompiledPolicy.NO_ENDPOINT));
  }

  @Test
  void numberStaysWithTheWorkloadAndIsNotGivenAgain() throws IOException {
    CompiledPolicy first = policy(workload("a", "10.0.0.2/32"), workload("b", "10.0.0.3/32"));
    CompiledPolicy second = policy(workload("b", "10.0.0.3/32"), workload("c", "10.0.0.2/32"));
    CompiledPolicy third = policy(workload("a", "10.0.0.2/32"), workload("b", "10.0.0.3/32"));
    Clients before = Clients.of(first, true, ClientsTest::isOfHost);

    Clients then = before.next(second);
    Clients last = then.next(third);

    assertEquals(at(before, "10.0.0.3"), at(then, "10.0.0.3"));
    assertEquals(at(before, "10.0.0.3"), at(last, "10.0.0.3"));
    assertNotEquals(at(before, "10.0.0.2"), at(then, "10.0.0.2"), "another workload");
    assertNotEquals(at(before, "10.0.0.2"), at(last, "10.0.0.2"), "it was away");
    assertNotEquals(at(then, "10.0.0.2"), at(last, "10.0.0.2"));
    assertNull(last.name(at(then, "10.0.0.2")));
  }

  @Test
  void namesLeadBackToTheClient() throws IOException {
    Clients clients =
        Clients.of(policy(workload("a", "10.0.0.2/32")), false, ClientsTest::isOfHost);

    for (String address : List.of("10.0.0.2", "192.0.2.1", "203.0.113.1")) {
      int client = at(clients, address);
      assertEquals(client, clients.named(String.valueOf(clients.name(client))), address);
    }
    assertEquals(Clients.NONE, clients.named("workload:shop/other"));
  }

  @Test
  void learntForOneClientIsNotKnownToAnotherUnlessAllShare() throws IOException {
    CompiledPolicy policy = policy(workload("a", "10.0.0.2/32"), workload("b", "10.0.0.3/32"));
    for (boolean perClient : new boolean[] {true, false}) {
      CacheConfig config =
          new CacheConfig(10, 10, 10, 1, CacheConfig.DEFAULT_MAX_TTL_NS, 0, perClient);
      DnsCache cache = new DnsCache(config, name -> new int[] {3});
      Clients clients = Clients.of(policy, perClient, ClientsTest::isOfHost);
      cache.learn(
          List.of(new AddressEdge(DomainName.parse("a.test"), LEARNT, 60)),
          at(clients, "10.0.0.2"),
          0);
      Ruleset ruleset = new Ruleset(policy, cache.table(), List.of("cali"), false, clients);
      DestinationMembership membership = new DestinationMembership();
      IpPacket flow =
          new IpPacket().flow(IpPacket.TCP, IpAddress.parse("10.0.0.9"), 40_000, LEARNT, 443);

      membership.of(ruleset, endpoint(policy, "calia"), flow, 1);
      assertTrue(membership.isMember(3));
      membership.of(ruleset, endpoint(policy, "calib"), flow, 1);
      assertEquals(!perClient, membership.isMember(3));
      membership.of(ruleset, CompiledPolicy.NO_ENDPOINT, flow, 1);
      assertEquals(!perClient, membership.isMember(3));
      assertFalse(membership.isMember(4));
    }
  }
}
