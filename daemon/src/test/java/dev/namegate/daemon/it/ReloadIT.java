// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.stats.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What people change in the resource files takes effect while the daemon runs, in every way in
 * which editors save, and a mistake costs nothing that was in force.
 */
final class ReloadIT {
  private static final String SHOP = "198.51.100.21";
  private static final String BANK = "198.51.100.22";
  private static final String NEVER = "198.51.100.23";
  private static final String STATIC = LabResources.ALLOWED_BY_NET;

  /** Where the first half of a policy ends: it is a valid one, that allows all. */
  private static final int HALF = policy("shop", "shop.test").indexOf("      destination:");

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static LiveResources live;

  @SuppressWarnings("NullAway.Init")
  private static LiveStatus status;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(
        lab, "shop.test. 300 A " + SHOP, "bank.test. 300 A " + BANK, "never.test. 300 A " + NEVER);
    Path resources =
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: [192.0.2.53]")
            .allow(List.of(53), "control.test")
            .write(lab);
    live = LiveResources.start(lab, resources);
    status = live.status();
    for (String name : List.of("shop.test", "bank.test", "never.test")) {
      lab.exec(Room.WORKLOAD, "dig", "+short", "@192.0.2.53", name).orFail();
    }
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  /** Each test begins with the endpoints, DNS and one net; whatever was learnt is learnt. */
  @BeforeEach
  void withoutPolicyOfATest() throws IOException {
    live.deleteAllBut("all.yaml");
    awaitBlocked(SHOP);
    awaitBlocked(BANK);
    live.awaitReloaded(() -> {});
  }

  private static String policy(String name, String domain) {
    return """
    apiVersion: projectcalico.org/v3
    kind: GlobalNetworkPolicy
    metadata:
      name: %s
    spec:
      order: 0
      types: [Egress]
      egress:
        - action: Allow
          destination:
            domains: [%s]
    """
        .formatted(name, domain);
  }

  private static void awaitReachable(String address) {
    Connectivity connectivity = new Connectivity(lab);
    for (Room room : List.of(Room.WORKLOAD, Room.HOST)) {
      LiveStatus.await(
          () -> connectivity.probe(room, address, 80) == Connectivity.Outcome.REACHED,
          () -> room + " does not reach " + address + ": " + status.text());
    }
  }

  private static void awaitBlocked(String address) {
    Connectivity connectivity = new Connectivity(lab);
    LiveStatus.await(
        () -> connectivity.probe(Room.WORKLOAD, address, 80) != Connectivity.Outcome.REACHED,
        () -> address + " can be reached: " + status.text());
  }

  private static void write(String file, String text) throws IOException {
    live.write(file, text);
  }

  @Test
  @DisplayName("L21: a name that was looked up before its policy arrived is allowed at once")
  void allowsWhatIsKnown() throws IOException {
    long learnt = status.count(Counter.DNS_REPLIES_LEARNT);
    write("shop.yaml", policy("shop", "shop.test"));
    awaitReachable(SHOP);
    assertEquals(learnt, status.count(Counter.DNS_REPLIES_LEARNT), "nothing was looked up again");
    new Connectivity(lab).expectBlocked(Room.WORKLOAD, BANK, 80, "another name").check();
  }

  @Test
  void removalHoldsForNewFlowsAtOnce() throws IOException {
    write("shop.yaml", policy("shop", "shop.test"));
    awaitReachable(SHOP);
    live.awaitReloaded(() -> Files.delete(live.directory().resolve("shop.yaml")));
    new Connectivity(lab).expectBlocked(Room.WORKLOAD, SHOP, 80, "its policy is gone").check();
  }

  @Test
  @DisplayName("P15: a broken object keeps its last valid version, the others live, status tells")
  void keepsTheLastValidVersion() throws IOException {
    write("shop.yaml", policy("shop", "shop.test"));
    awaitReachable(SHOP);
    live.awaitReloaded(
        () -> {
          write("shop.yaml", policy("shop", "'*.*.test'"));
          write("bank.yaml", policy("bank", "bank.test"));
        });
    awaitReachable(BANK);
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, SHOP, 80, "its last valid version")
        .check();
    assertTrue(status.text().contains("GlobalNetworkPolicy(shop)"), status::text);
    assertTrue(status.list("problems").toString().contains("shop.yaml:"), status::text);
    assertEquals(List.of("GlobalNetworkPolicy(shop)"), status.list("keptObjects"), status::text);
    assertTrue(status.fact("errors") > 0, status::text);

    live.awaitReloaded(() -> write("shop.yaml", "kind: [\n"));
    assertEquals(List.of("GlobalNetworkPolicy(shop)"), status.list("keptObjects"));
    live.awaitReloaded(() -> write("shop.yaml", policy("shop", "never.test")));
    awaitBlocked(SHOP);
    assertEquals(List.of(), status.list("keptObjects"));
    assertEquals(0, status.fact("errors"), status::text);
  }

  @Test
  void takesAFileThatIsRenamedIntoPlace() throws IOException {
    Path beside = Files.writeString(lab.work().resolve("shop.tmp"), policy("shop", "shop.test"));
    Files.move(beside, live.directory().resolve("shop.yaml"), StandardCopyOption.ATOMIC_MOVE);
    awaitReachable(SHOP);
  }

  @Test
  void takesManyFilesAtOnce() throws IOException {
    for (int i = 0; i < 200; i++) {
      write("many-" + i + ".yaml", policy("many-" + i, "name-" + i + ".test"));
    }
    write("shop.yaml", policy("shop", "shop.test"));
    awaitReachable(SHOP);
  }

  /** The first half is a valid policy that allows more than the whole. */
  @Test
  void neverActsUponAHalfWrittenFile() throws IOException {
    String whole = policy("shop", "shop.test");
    BackgroundProcess editor = writeSlowly("shop.yaml", whole, HALF);
    awaitProblem("is still being written");
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, NEVER, 80, "the half allows all")
        .expectBlocked(Room.WORKLOAD, SHOP, 80, "it is not written yet")
        .expectReachable(Room.WORKLOAD, STATIC, 80, "of another file")
        .check();
    Files.createFile(lab.work().resolve("go-on"));
    editor.awaitExit(Duration.ofSeconds(10));
    awaitReachable(SHOP);
    new Connectivity(lab).expectBlocked(Room.WORKLOAD, NEVER, 80, "not in the policy").check();
  }

  /**
   * In place with pauses, renamed into place, and as vi does it with a backup and a swap file: each
   * leaves something half done for a while, which would allow all, or nothing.
   */
  @Test
  void allowsNeitherMoreNorLessWhileEditorsSave() throws IOException {
    String whole = policy("shop", "shop.test");
    write("shop.yaml", whole);
    awaitReachable(SHOP);
    Path first = Files.writeString(lab.work().resolve("half"), whole.substring(0, HALF));
    Path second = Files.writeString(lab.work().resolve("rest"), whole.substring(HALF));
    String script =
        """
        set -e
        cd %s
        for round in 1 2 3; do
          exec 3> shop.yaml; sleep 0.4; cat %2$s >&3; sleep 0.6; cat %3$s >&3; exec 3>&-
          sleep 0.3
          cat %2$s > shop.tmp; sleep 0.3; cat %3$s >> shop.tmp; mv shop.tmp shop.yaml
          sleep 0.3
          cat %2$s > .shop.yaml.swp; mv shop.yaml shop.yaml~; cat %2$s %3$s > shop.yaml
          rm shop.yaml~ .shop.yaml.swp
          sleep 0.3
        done
        """
            .formatted(live.directory(), first, second);
    long generation = status.fact("generation");
    BackgroundProcess editor = lab.start(Room.HOST, "editor", List.of("sh", "-c", script));
    while (editor.isAlive()) {
      new Connectivity(lab)
          .expectReachable(Room.WORKLOAD, SHOP, 80, "in the whole file")
          .expectReachable(Room.HOST, SHOP, 80, "in the whole file")
          .expectBlocked(Room.WORKLOAD, NEVER, 80, "only the half allows all")
          .check();
    }
    assertEquals(0, editor.awaitExit(Duration.ofSeconds(10)), editor::log);
    status.awaitFact("generation", now -> now > generation);
    awaitReachable(SHOP);
  }

  /** Writes what comes before a place, and the rest when told to go on. */
  private static BackgroundProcess writeSlowly(String file, String text, int place)
      throws IOException {
    Path first = Files.writeString(lab.work().resolve("first"), text.substring(0, place));
    Path second = Files.writeString(lab.work().resolve("second"), text.substring(place));
    Path goOn = lab.work().resolve("go-on");
    Files.deleteIfExists(goOn);
    String script =
        "exec 3> %s; cat %s >&3; until [ -e %s ]; do sleep 0.05; done; cat %s >&3"
            .formatted(live.directory().resolve(file), first, goOn, second);
    return lab.start(Room.HOST, "editor", List.of("sh", "-c", script));
  }

  private static void awaitProblem(String text) {
    LiveStatus.await(
        () -> status.list("problems").toString().contains(text),
        () -> "no problem that says \"" + text + "\": " + status.text());
  }

  @Test
  void takesAFileThatIsTruncatedAndWrittenInPlace() throws IOException {
    write("shop.yaml", policy("shop", "shop.test"));
    awaitReachable(SHOP);
    write("shop.yaml", policy("shop", "bank.test"));
    awaitReachable(BANK);
    awaitBlocked(SHOP);
  }

  @Test
  void followsANewTrustedServerAndSaysWhatWaitsForARestart() throws IOException {
    write("config.yaml", "");
    live.awaitReloaded(
        () ->
            write(
                "node.yaml",
                """
                apiVersion: projectcalico.org/v3
                kind: FelixConfiguration
                metadata: {name: node.lab}
                spec:
                  dnsTrustedServers: [192.0.2.66]
                  dnsExtraTTL: 60s
                """));
    assertEquals(List.of("192.0.2.66:53"), status.list("trustedServers"));
    assertTrue(status.list("waitingForRestart").toString().contains("dnsExtraTTL"), status::text);
    live.awaitReloaded(() -> Files.delete(live.directory().resolve("node.yaml")));
    assertEquals(List.of("192.0.2.53:53"), status.list("trustedServers"));
    assertEquals(List.of(), status.list("waitingForRestart"));
  }

  @Test
  void endpointsComeAndGo() throws IOException {
    write("shop.yaml", policy("shop", "shop.test"));
    awaitReachable(SHOP);
    Path all = live.directory().resolve("all.yaml");
    String before = Files.readString(all);
    live.awaitReloaded(
        () -> Files.writeString(all, before.replace("interfaceName: eth0", "interfaceName: eth9")));
    Connectivity expected = new Connectivity(lab);
    expected
        .expectReachable(Room.HOST, NEVER, 80, "its host endpoint is gone")
        .expectBlocked(Room.WORKLOAD, NEVER, 80, "this endpoint stays")
        .check();
    live.awaitReloaded(() -> Files.writeString(all, before));
    new Connectivity(lab)
        .expectBlocked(Room.HOST, NEVER, 80, "its host endpoint is back")
        .expectReachable(Room.HOST, SHOP, 80, "allowed by name")
        .check();
  }

  @Test
  void aDirectoryThatIsGoneForAMomentCostsNothing() throws IOException {
    write("shop.yaml", policy("shop", "shop.test"));
    awaitReachable(SHOP);
    Path resources = live.directory();
    Path away = resources.resolveSibling("away");
    live.awaitReloaded(() -> Files.move(resources, away));
    assertFalse(status.list("keptObjects").isEmpty(), status::text);
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, SHOP, 80, "kept")
        .expectBlocked(Room.WORKLOAD, NEVER, 80, "kept")
        .check();
    live.awaitReloaded(() -> Files.move(away, resources));
    assertEquals(List.of(), status.list("keptObjects"));
    write("shop.yaml", policy("shop", "bank.test"));
    awaitReachable(BANK);
    awaitBlocked(SHOP);
  }
}
