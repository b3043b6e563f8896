// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf;

import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.IncrementalCompiler;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import dev.namegate.policy.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

/** What a change of 10,000 endpoints and 1,000 policies, ten endpoints for each, costs. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PolicyCompileBenchmark {
  private static final int PER_FILE = 500;
  private static final int ENDPOINTS_PER_POLICY = 10;

  /** How many policies there are. */
  @Param({"100", "1000"})
  public int policies;

  private Resources one = Resources.EMPTY;
  private Resources other = Resources.EMPTY;
  private IncrementalCompiler compiler = new IncrementalCompiler("n");
  private boolean odd;

  /** Reads two versions, which differ in a label of one endpoint. */
  @Setup
  public void read() throws IOException {
    one = read("a0");
    other = read("a1");
    compiler = new IncrementalCompiler("n");
    if (compiler.compile(one).endpoints().size() != policies * ENDPOINTS_PER_POLICY) {
      throw new IllegalStateException("not every endpoint was compiled");
    }
  }

  private Resources read(String app) throws IOException {
    Path directory = Files.createTempDirectory("namegate-perf");
    List<Path> files =
        IntStream.range(0, (policies + PER_FILE - 1) / PER_FILE)
            .mapToObj(i -> directory.resolve("part" + i + ".yaml"))
            .toList();
    Path changing = directory.resolve("changing.yaml");
    try {
      for (int i = 0; i < files.size(); i++) {
        int from = i * PER_FILE;
        Files.writeString(
            files.get(i),
            IntStream.range(from, Math.min(policies, from + PER_FILE))
                .mapToObj(PolicyCompileBenchmark::policy)
                .collect(Collectors.joining()));
      }
      Files.writeString(changing, endpoint(0, app));
      ReadResult read = ResourceReader.read(List.of(directory));
      if (read.hasErrors()) {
        throw new IllegalStateException(read.problems().get(0).toString());
      }
      return read.resources();
    } finally {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(changing);
      Files.delete(directory);
    }
  }

  private static String endpoint(int number, String app) {
    return """
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata: {name: w%1$d, namespace: shop, labels: {app: %2$s, env: prod}}
        spec: {node: n, interfaceName: cali%1$d, ipNetworks: [10.%3$d.%4$d.1/32]}
        ---
        """
        .formatted(number, app, number >> 8, number & 255);
  }

  private static String policy(int i) {
    String endpoints =
        IntStream.range(i * ENDPOINTS_PER_POLICY, (i + 1) * ENDPOINTS_PER_POLICY)
            .filter(number -> number != 0)
            .mapToObj(number -> endpoint(number, "a" + i))
            .collect(Collectors.joining());
    return endpoints
        + """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: p%1$d}
        spec:
          selector: app == 'a%1$d' && env == 'prod'
          types: [Egress]
          egress:
          - {action: Allow, protocol: TCP, destination: {domains: ["*.p%1$d.example.com"]}}
          - {action: Allow, destination: {selector: app == 'a%1$d'}}
        ---
        """
            .formatted(i);
  }

  /** All of it. */
  @Benchmark
  public CompiledPolicy first() {
    return PolicyCompiler.compile(one, "n");
  }

  /** One label of one endpoint has changed. */
  @Benchmark
  public CompiledPolicy oneLabel() {
    odd = !odd;
    return compiler.compile(odd ? other : one);
  }
}
