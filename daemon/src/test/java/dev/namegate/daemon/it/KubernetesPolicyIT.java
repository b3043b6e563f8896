// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static dev.namegate.daemon.it.PolicyDocuments.workload;

import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a policy of Kubernetes does to a workload's packets. */
final class KubernetesPolicyIT {
  private static final String GOOD = "198.51.100.21";
  private static final String OTHER = "198.51.100.22";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static LiveResources live;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() throws IOException {
    lab = Lab.up();
    lab.web();
    Path directory = Files.createDirectory(lab.work().resolve("kubernetes"));
    Files.writeString(directory.resolve("all.yaml"), workload());
    live = LiveResources.start(lab, directory);
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static Connectivity expect() {
    return new Connectivity(lab);
  }

  @Test
  void aKubernetesPolicyOpensWhatItNames() throws IOException {
    live.enforce(
        workload().replace("cali-wl\n", "cali-wl\n  profiles: [kns.lab]\n")
            + """
            apiVersion: v1
            kind: Namespace
            metadata: {name: lab, labels: {team: lab}}
            ---
            """);
    expect().expectReachable(Room.WORKLOAD, OTHER, 80, "the namespace's profile allows").check();
    live.write(
        "policy.yaml",
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: narrow, namespace: lab}
        spec:
          podSelector: {matchLabels: {is: workload}}
          policyTypes: [Egress]
          egress:
            - to: [{ipBlock: {cidr: 198.51.100.0/24, except: [198.51.100.22/32]}}]
              ports: [{protocol: TCP, port: 80}]
        """);
    live.awaitReloaded(() -> {});
    expect()
        .expectReachable(Room.WORKLOAD, GOOD, 80, "in the block")
        .expectBlocked(Room.WORKLOAD, GOOD, 443, "another port")
        .expectBlocked(Room.WORKLOAD, OTHER, 80, "excepted")
        .check();
  }
}
