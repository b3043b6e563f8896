// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.NanoClock;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WarmUpTest {
  private static final NanoClock STILL = () -> 1;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private CompiledPolicy policy(String text) throws IOException {
    ReadResult read =
        ResourceReader.read(List.of(Files.writeString(directory.resolve("policy.yaml"), text)));
    assertEquals(List.of(), read.problems());
    return PolicyCompiler.compile(read.resources(), "lab");
  }

  private static WarmUp run(CompiledPolicy policy) throws InterruptedException {
    WarmUp warmUp = new WarmUp(policy, STILL);
    warmUp.start();
    warmUp.await(LIMIT);
    return warmUp;
  }

  /** All of the way is gone: what the sample reply taught is what allows the sample flow. */
  @Test
  void learnsTheSampleReplyAndDecidesByIt() throws Exception {
    WarmUp warmUp =
        run(
            policy(
                """
                apiVersion: projectcalico.org/v3
                kind: WorkloadEndpoint
                metadata: {name: lab-k8s-a-eth0, namespace: default}
                spec: {node: lab, orchestrator: k8s, pod: a, endpoint: eth0, interfaceName: cali1,
                  ipNetworks: [10.65.0.2/32]}
                ---
                apiVersion: projectcalico.org/v3
                kind: HostEndpoint
                metadata: {name: eth0}
                spec: {node: lab, interfaceName: eth0}
                ---
                apiVersion: projectcalico.org/v3
                kind: GlobalNetworkPolicy
                metadata: {name: names}
                spec:
                  types: [Egress]
                  egress: [{action: Allow, destination: {domains: [warm-up.invalid]}}]
                """));

    assertTrue(warmUp.learnt() > 0);
    assertEquals(3 * warmUp.learnt(), warmUp.allowed(), "to this host, through it, and of its own");
  }

  @Test
  void needsNoEndpoint() throws Exception {
    WarmUp warmUp = run(PolicyCompiler.compile(ResourceReader.read(List.of()).resources(), "lab"));

    assertTrue(warmUp.learnt() > 0);
    assertEquals(0, warmUp.allowed());
  }
}
