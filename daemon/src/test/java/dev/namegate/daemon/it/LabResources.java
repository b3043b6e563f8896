// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The resources of one run of the daemon, built up in a test and written as one YAML file. */
final class LabResources {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** What is outside and no name is needed for: addresses that policy allows by number. */
  static final String ALLOWED_NET = "198.51.100.192/26";

  static final String ALLOWED_BY_NET = "198.51.100.200";

  private static final String ALLOWED_NET6 = "2001:db8:100::c0:0/112";

  static final String ALLOWED_BY_NET6 = "2001:db8:100::c0:200";

  private final List<String> documents = new ArrayList<>();

  /** Both workloads and the host itself are endpoints, selected by {@code all()}. */
  static LabResources ofAllEndpoints() {
    LabResources resources = new LabResources();
    resources.workload("cali-wl", "10.65.0.2", "fd65::2");
    resources.workload("cali-wl2", "10.65.0.3", "fd65::3");
    resources.documents.add(
        """
        apiVersion: projectcalico.org/v3
        kind: HostEndpoint
        metadata:
          name: lab-eth0
        spec:
          node: %s
          interfaceName: eth0
          expectedIPs: [192.0.2.1, '2001:db8:2::1']
        """
            .formatted(Lab.NODE));
    return resources;
  }

  /** One more workload, with the label {@code interface}. */
  LabResources workload(String interfaceName, String v4, String v6) {
    documents.add(
        """
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata:
          name: lab-k8s-%2$s-eth0
          namespace: lab
          labels: {interface: %3$s}
        spec:
          node: %1$s
          orchestrator: k8s
          pod: %2$s
          endpoint: eth0
          interfaceName: %3$s
          ipNetworks: [%4$s/32, '%5$s/128']
        """
            .formatted(Lab.NODE, interfaceName.replace("-", ""), interfaceName, v4, v6));
    return this;
  }

  /** The endpoints that the selector picks may reach this net too. */
  LabResources allowNet(String selector, String net) {
    documents.add(
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata:
          name: one-net
        spec:
          order: 0
          selector: "%s"
          types: [Egress]
          egress:
            - action: Allow
              destination:
                nets: ['%s']
        """
            .formatted(selector, net));
    return this;
  }

  /** Settings of Calico's, {@code name: value} each. */
  LabResources felix(String... settings) {
    return settings("projectcalico.org/v3", "FelixConfiguration", settings);
  }

  /** Settings of our own, {@code name: value} each. */
  LabResources namegate(String... settings) {
    return settings("namegate.dev/v1", "NamegateConfiguration", settings);
  }

  private LabResources settings(String apiVersion, String kind, String... settings) {
    StringBuilder document = new StringBuilder();
    document.append("apiVersion: ").append(apiVersion).append("\nkind: ").append(kind);
    document.append("\nmetadata:\n  name: default\nspec:\n");
    Arrays.stream(settings).forEach(setting -> document.append("  ").append(setting).append('\n'));
    documents.add(document.toString());
    return this;
  }

  /** Every endpoint may ask DNS on these ports and reach these domains, and nothing else. */
  LabResources allow(List<Integer> dnsPorts, String... domains) {
    documents.add(
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata:
          name: names-only
        spec:
          order: 1
          selector: all()
          types: [Egress]
          egress:
            - action: Allow
              protocol: UDP
              destination:
                ports: %s
            - action: Allow
              destination:
                nets: ['%s']
            - action: Allow
              destination:
                nets: ['%s']
            - action: Allow
              destination:
                domains: ['%s']
        """
            .formatted(dnsPorts, ALLOWED_NET, ALLOWED_NET6, String.join("', '", domains)));
    return this;
  }

  /** Every endpoint may reach these domains on this port of TCP, too. */
  LabResources allowDomainsOnPort(int port, List<String> domains) {
    documents.add(
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata:
          name: names-on-port-%d
        spec:
          order: 0
          selector: all()
          types: [Egress]
          egress:
            - action: Allow
              protocol: TCP
              destination:
                ports: [%d]
                domains: ['%s']
        """
            .formatted(port, port, String.join("', '", domains)));
    return this;
  }

  /** The documents so far. */
  List<String> documents() {
    return List.copyOf(documents);
  }

  /** Writes all of it to a directory of its own and returns that. */
  Path write(Lab lab) {
    Path directory = lab.work().resolve("resources-" + COUNT.incrementAndGet());
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("all.yaml"), String.join("---\n", documents));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }
}
