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
 * which no policy lists. There may be more workloads, of interfaces on which nothing comes.
 *
 * <p>All of it governs all endpoints.
 */
record FullPolicy(int policies, int domains, int workloads) {
  static final String TOP = "test";
  static final String LISTED = "bench.test";
  static final String FRESH = "fresh.test";

  /** Their addresses may be sent datagrams, to port {@link Overload#PORT}. */
  static final String FLOOD = "flood.test";

  /** How many addresses the answer to each listed name has. */
  static final int ADDRESSES_PER_NAME = 10;

  private static final int POLICIES_PER_FILE = 100;

  static final FullPolicy FULL = new FullPolicy(1_000, 10_000, 1);

  /**
   * What a start has to read at most within its limit, and the same with the domains of a large
   * site.
   */
  static final FullPolicy LARGE = new FullPolicy(10_000, 10_000, 1);

  static final FullPolicy LARGEST = new FullPolicy(10_000, 100_000, 1);

  /** From small to the largest that the daemon is meant for. */
  static final List<FullPolicy> SCALE =
      List.of(new FullPolicy(10, 100, 1), new FullPolicy(100, 1_000, 1), FULL, LARGEST);

  /** As small as it can be for the same tests. */
  static final FullPolicy SMALL = new FullPolicy(10, 100, 1);

  private static final String DECIDED_PORTS = "[443]";

  private static final String OTHER_PORTS = "[443, 444]";

  int addresses() {
    return domains * ADDRESSES_PER_NAME;
  }

  /** Writes them, with these settings of the {@code NamegateConfiguration} and the mode. */
  void write(Path directory, String mode, Map<String, String> settings) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int from = 0; from < policies; from += POLICIES_PER_FILE) {
      int to = Math.min(policies, from + POLICIES_PER_FILE);
      write(
          directory.resolve("policies" + from + ".yaml"),
          IntStream.range(from, to).mapToObj(this::policy).collect(Collectors.joining("---\n")));
    }
    String more =
        IntStream.range(1, workloads).mapToObj(FullPolicy::workload).collect(Collectors.joining());
    write(directory.resolve("endpoints.yaml"), ENDPOINTS + more);
    write(directory.resolve("settings.yaml"), settings(mode, settings));
  }

  /**
   * The interfaces of the workloads that there are besides the lab's own; nobody is behind them.
   */
  void makeInterfaces(Bed bed) {
    if (workloads > 1) {
      String batch =
          IntStream.range(1, workloads)
              .mapToObj(i -> "link add %s type veth peer name x%d\n".formatted(interfaceOf(i), i))
              .collect(Collectors.joining());
      bed.execWith(batch, Room.HOST, "ip", "-batch", "-").orFail();
    }
  }

  private static String interfaceOf(int workload) {
    return "cali-x" + workload;
  }

  /** Adds a domain to the first policy, and to no other. */
  static void addDomain(Path directory, String domain) {
    Path file = directory.resolve("policies0.yaml");
    write(file, read(file).replaceFirst("domains: \\[", "domains: [" + domain + ", "));
  }

  /** Changes the ports of every policy; of none that is used. */
  void changeAll(Path directory) {
    for (int from = 0; from < policies; from += POLICIES_PER_FILE) {
      Path file = directory.resolve("policies" + from + ".yaml");
      String text = read(file);
      write(
          file,
          text.contains(OTHER_PORTS)
              ? text.replace(OTHER_PORTS, DECIDED_PORTS)
              : text.replace(DECIDED_PORTS, OTHER_PORTS));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
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
          - {action: Allow, protocol: TCP, destination: {ports: %3$s, domains: [%2$s]}}
        """
        .formatted(i, names, DECIDED_PORTS);
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

  private static String workload(int i) {
    return """
        ---
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata: {name: bench-k8s-x%1$d-eth0, namespace: bench}
        spec:
          node: bench
          orchestrator: k8s
          pod: x%1$d
          endpoint: eth0
          interfaceName: %2$s
          ipNetworks: [10.66.%3$d.%4$d/32]
        """
        .formatted(i, interfaceOf(i), i / 250, i % 250 + 1);
  }

  @Override
  public String toString() {
    String text = "%,d policies with %,d domains".formatted(policies + 1, domains);
    return workloads > 1 ? text + " for %,d workloads".formatted(workloads) : text;
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
