// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.RaceResult;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.lab.TcpSink;
import dev.namegate.daemon.stats.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Resolve a fresh name, connect at once, again and again, while the policy that allows it is
 * replaced under the daemon: not one first packet is lost or late (<i>learn-before-release</i>).
 */
final class ReloadRaceIT {
  private static final int PORT = 7000;
  private static final int CYCLES = 1_500;

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  /** A name is fresh once in the lab's life. */
  private static int nextName = 1;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private LiveResources live;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    LabDnsProcess.trusted(lab);
    TcpSink.start(lab, Integer.toString(PORT));
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  @AfterEach
  void stop() {
    if (live != null) {
      live.daemon().close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Polled", "Own"})
  void noFirstPacketIsLostWhilePolicyChanges(String stageThreads) throws IOException {
    Path resources =
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: [192.0.2.53]")
            .namegate("stageThreads: " + stageThreads)
            .allow(List.of(53), "control.test")
            .write(lab);
    Files.writeString(resources.resolve("names.yaml"), names(0));
    live = LiveResources.start(lab, resources);
    LiveStatus status = live.status();

    for (Room room : List.of(Room.WORKLOAD, Room.HOST)) {
      CompletableFuture<RaceResult> race = CompletableFuture.supplyAsync(() -> race(room));
      long before = status.fact("generation");
      for (int version = 1; !race.isDone(); version++) {
        String text = names(version);
        live.awaitReloaded(() -> live.write("names.yaml", text));
      }
      assertEquals(new RaceResult(CYCLES, CYCLES, 0, 0, 0, 0), race.join(), room::toString);
      assertTrue(status.fact("generation") > before, status::text);
    }
    assertEquals(0, status.count(Counter.RELOADS_FAILED));
    assertEquals(0, status.count(Counter.DNS_REPLIES_RELEASED_TIMEOUT));
  }

  private static RaceResult race(Room room) {
    int first = nextName;
    nextName += CYCLES;
    return RaceResult.run(lab, room, Lab.TRUSTED, "race.test", first, CYCLES, PORT, "A");
  }

  /**
   * Each version has another policy, with other domain sets, and an endpoint that comes or goes.
   */
  private static String names(int version) {
    String more = version % 2 == 0 ? "" : "---\n" + workload();
    return """
    apiVersion: projectcalico.org/v3
    kind: GlobalNetworkPolicy
    metadata:
      name: version-%1$d
    spec:
      order: 0
      types: [Egress]
      egress:
        - action: Allow
          protocol: TCP
          destination:
            domains: ['only-%1$d.test']
        - action: Allow
          destination:
            domains: ['*.race.test', 'also-%1$d.test']
    """
            .formatted(version)
        + more;
  }

  private static String workload() {
    return """
    apiVersion: projectcalico.org/v3
    kind: WorkloadEndpoint
    metadata:
      name: lab-k8s-other-eth0
      namespace: lab
    spec:
      node: %s
      orchestrator: k8s
      pod: other
      endpoint: eth0
      interfaceName: cali-other
      ipNetworks: [10.65.0.77/32]
    """
        .formatted(Lab.NODE);
  }
}
