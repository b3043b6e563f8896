// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Resources for the daemon, for a workload and the host's own interface: so many policies that
 * share so many domains evenly, each with its exact names ({@code a10-0.bench.test} and on: ten
 * addresses each, see {@code load.c}); and one more policy for the names below {@value #FRESH},
 * which no policy lists.
 *
 * <p>All of it governs both endpoints.
 */
record FullPolicy(int policies, int domains) {
  static final String TOP = "test";
  static final String LISTED = "bench.test";
  static final String FRESH = "fresh.test";

  /** Their addresses may be sent datagrams, to port {@link Overload#PORT}. */
  static final String FLOOD = "flood.test";

  /** How many addresses the answer to each listed name has. */
  static final int ADDRESSES_PER_NAME = 10;

  private static final int POLICIES_PER_FILE = 100;

  static final FullPolicy FULL = new FullPolicy(1_000, 10_000);

  /** From small to the largest that the daemon is meant for. */
  static final List<FullPolicy> SCALE =
      List.of(
          new FullPolicy(10, 100),
          new FullPolicy(100, 1_000),
          new FullPolicy(1_000, 10_000),
          new FullPolicy(10_000, 100_000));

  /** As small as it can be for the same tests. */
  static final FullPolicy SMALL = new FullPolicy(10, 100);

  int addresses() {
    return domains * ADDRESSES_PER_NAME;
  }

  /** Writes them, with these settings of the {@code NamegateConfiguration} and the mode. */
  void write(Path directory, String mode, Map<String, String> settings) {
    try {
      Files.createDirectories(directory);
      for (int from = 0; from < policies; from += POLICIES_PER_FILE) {
        int to = Math.min(policies, from + POLICIES_PER_FILE);
        Files.writeString(
            directory.resolve("policies" + from + ".yaml"),
            IntStream.range(from, to).mapToObj(this::policy).collect(Collectors.joining("---\n")));
      }
      Files.writeString(directory.resolve("endpoints.yaml"), ENDPOINTS);
      Files.writeString(directory.resolve("settings.yaml"), settings(mode, settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String policy(int i) {
    String names =
        IntStream.range(domains * i / policies, domains * (i + 1) / policies)
            .mapToObj(d -> "a" + ADDRESSES_PER_NAME + "-" + d + "." + LISTED)
            .collect(Collectors.joining(", "));
    return """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: p%1$d}
        spec:
          order: %1$d
          types: [Egress]
          egress:
          - {action: Allow, protocol: TCP, destination: {ports: [443], domains: [%2$s]}}
        """
        .formatted(i, names);
  }

  private static String settings(String mode, Map<String, String> settings) {
    String spec =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + ": " + setting.getValue())
            .collect(Collectors.joining(", "));
    return """
        apiVersion: projectcalico.org/v3
        kind: FelixConfiguration
        metadata: {name: default}
        spec:
          dnsPolicyMode: %s
          dnsTrustedServers: [%s, '%s']
        ---
        apiVersion: namegate.dev/v1
        kind: NamegateConfiguration
        metadata: {name: default}
        spec: {%s}
        """
        .formatted(mode, Bed.TRUSTED, Bed.TRUSTED6, spec);
  }

  private static final String ENDPOINTS =
      """
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata: {name: bench-k8s-client-eth0, namespace: bench}
      spec:
        node: bench
        orchestrator: k8s
        pod: client
        endpoint: eth0
        interfaceName: cali-wl
        ipNetworks: [10.65.0.2/32, 'fd65::2/128']
      ---
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata: {name: bench-eth0}
      spec:
        node: bench
        interfaceName: eth0
        expectedIPs: [192.0.2.1, '2001:db8:2::1']
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: fresh}
      spec:
        order: 5000
        types: [Egress]
        egress:
        - {action: Allow, protocol: UDP, destination: {ports: [53]}}
        - {action: Allow, protocol: TCP, destination: {ports: [443], domains: ['*.fresh.test']}}
        - {action: Allow, protocol: UDP, destination: {ports: [4433], domains: ['*.flood.test']}}
      """;
}
