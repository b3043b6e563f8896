// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.cache.AddressTable;
import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.DnsCache;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Endpoint;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointTableTest {
  private static final String WORKLOAD =
      """
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata: {name: lab-k8s-NAME-eth0, namespace: default}
      spec: {node: lab, orchestrator: k8s, pod: NAME, endpoint: eth0, interfaceName: IF, ipNetworks: [10.65.0.2/32]}
      """;

  private static final String HOST =
      """
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata: {name: NAME}
      spec: {node: lab, WHERE}
      """;

  @TempDir private Path directory;

  private final Map<Integer, String> names = new HashMap<>();
  private final Map<String, List<IpAddress>> addresses = new HashMap<>();
  private int nameLookups;

  private final EndpointTable table =
      new EndpointTable(
          index -> {
            nameLookups++;
            return names.get(index);
          },
          name -> addresses.getOrDefault(name, List.of()));

  @BeforeEach
  void nameInterfaces() {
    names.put(3, "cali1");
    names.put(4, "eth0");
    names.put(5, "eth1");
    addresses.put("eth1", List.of(IpAddress.parse("192.0.2.7")));
  }

  private Ruleset policy(String... documents) throws IOException {
    Path file = directory.resolve("endpoints.yaml");
    Files.writeString(file, String.join("---\n", documents));
    ReadResult read = ResourceReader.read(List.of(file));
    assertEquals(List.of(), read.problems());
    CompiledPolicy policy = PolicyCompiler.compile(read.resources(), "lab");
    AddressTable none = new DnsCache(CacheConfig.DEFAULT, name -> new int[0]).table();
    return new Ruleset(policy, none, List.of("cali"));
  }

  private static String nameOf(Ruleset ruleset, int endpoint) {
    List<Endpoint> endpoints = ruleset.policy().endpoints();
    return endpoint < 0 ? "none" : endpoints.get(endpoint).name();
  }

  @Test
  void findsEachKindOfEndpointOnItsSideOnly() throws IOException {
    Ruleset policy =
        policy(
            WORKLOAD.replace("NAME", "a").replace("IF", "cali1"),
            HOST.replace("NAME", "byname").replace("WHERE", "interfaceName: eth0"),
            HOST.replace("NAME", "byaddress").replace("WHERE", "expectedIPs: [192.0.2.7]"));

    assertEquals("lab-k8s-a-eth0", nameOf(policy, table.workload(policy, 3)));
    assertEquals("byname", nameOf(policy, table.host(policy, 4)));
    assertEquals("byaddress", nameOf(policy, table.host(policy, 5)));
    assertEquals("none", nameOf(policy, table.workload(policy, 4)));
    assertEquals("none", nameOf(policy, table.host(policy, 3)));
  }

  @Test
  void tellsAWorkloadWithoutEndpointFromWhatIsNone() throws IOException {
    Ruleset policy = policy(HOST.replace("NAME", "all").replace("WHERE", "interfaceName: \"*\""));

    assertEquals(CompiledPolicy.NO_ENDPOINT, table.workload(policy, 3));
    assertEquals(EndpointTable.NOT_A_WORKLOAD, table.workload(policy, 4));
    assertEquals(CompiledPolicy.NO_ENDPOINT, table.workload(policy, 77), "nobody knows what it is");
  }

  @Test
  void judgesNothingThatIsForwardedToAWorkload() throws IOException {
    Ruleset policy = policy(HOST.replace("NAME", "all").replace("WHERE", "interfaceName: \"*\""));

    assertEquals("all", nameOf(policy, table.forward(policy, 4)));
    assertEquals("none", nameOf(policy, table.forward(policy, 3)));
    assertEquals("none", nameOf(policy, table.forward(policy, 77)));
  }

  @Test
  void asksForANameOnce() throws IOException {
    Ruleset policy = policy(WORKLOAD.replace("NAME", "a").replace("IF", "cali1"));

    for (int i = 0; i < 10; i++) {
      assertTrue(table.workload(policy, 3) >= 0);
      assertTrue(table.workload(policy, 4) < 0);
    }

    assertEquals(2, nameLookups, "one for each interface, known or not");
  }

  @Test
  void forgetsWhenInterfacesChange() throws IOException {
    Ruleset policy = policy(WORKLOAD.replace("NAME", "a").replace("IF", "cali1"));
    assertTrue(table.workload(policy, 9) < 0, "before it is there");

    names.put(9, "cali1");
    assertTrue(table.workload(policy, 9) < 0, "nobody has said so");
    table.interfacesChanged();

    assertTrue(table.workload(policy, 9) >= 0);
  }

  @Test
  void forgetsWhenThePolicyChanges() throws IOException {
    Ruleset before = policy(WORKLOAD.replace("NAME", "a").replace("IF", "cali7"));
    assertTrue(table.workload(before, 3) < 0);

    Ruleset after = policy(WORKLOAD.replace("NAME", "a").replace("IF", "cali1"));

    assertTrue(table.workload(after, 3) >= 0);
    assertTrue(table.workload(before, 3) < 0);
  }

  @Test
  void knowsNoEndpointWithoutInterface() throws IOException {
    Ruleset policy = policy(HOST.replace("NAME", "all").replace("WHERE", "interfaceName: \"*\""));

    assertTrue(table.host(policy, 0) < 0);
    assertTrue(table.host(policy, 77) < 0, "an interface that the kernel does not know");
    assertTrue(table.host(policy, 4) >= 0);
  }

  @Test
  void servesMoreInterfacesThanItRemembers() throws IOException {
    Ruleset policy = policy(WORKLOAD.replace("NAME", "a").replace("IF", "cali1"));
    for (int index = 100; index < 20_000; index++) {
      table.workload(policy, index);
    }

    assertTrue(table.workload(policy, 3) >= 0);
  }
}
