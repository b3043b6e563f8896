// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf;

import dev.namegate.cache.AddressTable;
import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.DnsCache;
import dev.namegate.cache.Memberships;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.DomainMembership;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.Problem;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What deciding a flow costs as policies grow: all are for one endpoint, and share 100,000 domains,
 * half of them in rules and half in network sets that rules select.
 *
 * <p>The worst there is: each rule is for TCP port 443, and so is each flow.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PolicyEvaluateBenchmark {
  private static final int DOMAINS = 100_000;
  private static final int POLICIES_PER_FILE = 100;
  private static final IpAddress CLIENT = IpAddress.parse("10.65.0.2");

  /** How many policies are for the endpoint. */
  @Param({"10", "1000", "10000"})
  public int policies;

  private final Destination destination = new Destination();
  private final IpPacket first = flow("203.0.113.1");
  private final IpPacket last = flow("203.0.113.2");
  private final IpPacket none = flow("203.0.113.3");
  private final DomainName name = DomainName.parse("d0.p0.example.com");
  private CompiledPolicy policy = compile("");

  /** As the daemon asks its cache. */
  private static final class Destination implements DomainMembership {
    private AddressTable addresses = new DnsCache(CacheConfig.DEFAULT, name -> new int[0]).table();
    private final Memberships memberships = new Memberships();
    private boolean lookedUp;
    private IpPacket packet = new IpPacket();

    Destination of(IpPacket packet) {
      this.packet = packet;
      lookedUp = false;
      return this;
    }

    @Override
    public boolean isMember(int domainSet) {
      return memberships().contains(domainSet, 1);
    }

    @Override
    public int nextMember(int from, int end) {
      return memberships().nextDomainSet(from, end);
    }

    private Memberships memberships() {
      if (!lookedUp) {
        boolean unused =
            addresses.find(packet.destinationHi(), packet.destinationLo(), memberships);
        lookedUp = true;
      }
      return memberships;
    }
  }

  private static IpPacket flow(String address) {
    return new IpPacket().flow(IpPacket.TCP, CLIENT, 40_000, IpAddress.parse(address), 443);
  }

  /** Compiles the policies, and learns the names of three addresses. */
  @Setup
  public void compile() throws IOException {
    Path directory = Files.createTempDirectory("namegate-perf");
    try {
      for (int from = 0; from < policies; from += POLICIES_PER_FILE) {
        int to = Math.min(policies, from + POLICIES_PER_FILE);
        String yaml =
            IntStream.range(from, to).mapToObj(this::policy).collect(Collectors.joining());
        Files.writeString(directory.resolve("policies" + from + ".yaml"), yaml);
      }
      Files.writeString(directory.resolve("host.yaml"), endpoint());
      policy = compile(directory.toString());
    } finally {
      delete(directory);
    }
    DnsCache cache = new DnsCache(CacheConfig.DEFAULT, policy::domainSets);
    learn(cache, "d0.p0.example.com", "203.0.113.1");
    learn(cache, "d0.s" + (policies - 1) + ".example.com", "203.0.113.2");
    learn(cache, "d0.unknown.example.com", "203.0.113.3");
    destination.addresses = cache.table();
    check(first, "tier default, GlobalNetworkPolicy p0, egress[0] Allow");
    check(last, "tier default, GlobalNetworkPolicy p" + (policies - 1) + ", egress[1] Allow");
    check(none, "end of tier default");
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private static CompiledPolicy compile(String directory) {
    ReadResult read =
        ResourceReader.read(directory.isEmpty() ? List.of() : List.of(Path.of(directory)));
    if (read.hasErrors()) {
      throw new IllegalStateException(
          read.problems().stream().limit(3).map(Problem::toString).toList().toString());
    }
    return PolicyCompiler.compile(read.resources(), "n");
  }

  private static void learn(DnsCache cache, String owner, String address) {
    cache.learn(
        List.of(new AddressEdge(DomainName.parse(owner), IpAddress.parse(address), 3_600)), 0);
  }

  private void check(IpPacket packet, String expected) {
    String decided = policy.describe(policy.evaluate(0, packet, destination.of(packet)));
    if (!decided.equals(expected)) {
      throw new IllegalStateException(decided + ", expected " + expected);
    }
  }

  private static String endpoint() {
    return """
        apiVersion: projectcalico.org/v3
        kind: HostEndpoint
        metadata: {name: h}
        spec: {node: n, interfaceName: eth0}
        """;
  }

  private String policy(int i) {
    return """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkSet
        metadata: {name: s%1$d, labels: {set: s%1$d}}
        spec: {allowedEgressDomains: [%3$s]}
        ---
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: p%1$d}
        spec:
          order: %1$d
          types: [Egress]
          egress:
          - {action: Allow, protocol: TCP, destination: {ports: [443], domains: [%2$s]}}
          - {action: Allow, protocol: TCP, destination: {ports: [443], selector: set == 's%1$d'}}
        ---
        """
        .formatted(i, domains("p" + i), domains("s" + i));
  }

  private String domains(String owner) {
    return IntStream.range(0, DOMAINS / policies / 2)
        .mapToObj(d -> "d" + d + "." + owner + ".example.com")
        .collect(Collectors.joining(", "));
  }

  /** A flow that the first rule allows. */
  @Benchmark
  public int first() {
    return policy.evaluate(0, first, destination.of(first));
  }

  /** A flow that the last rule allows. */
  @Benchmark
  public int last() {
    return policy.evaluate(0, last, destination.of(last));
  }

  /** A flow that no rule matches. */
  @Benchmark
  public int none() {
    return policy.evaluate(0, none, destination.of(none));
  }

  /** A name that is learnt. */
  @Benchmark
  public int[] domainSets() {
    return policy.domainSets(name);
  }
}
