// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.policy.Problem;
import dev.namegate.policy.Severity;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigPrecedenceTest {
  private static final int DEFAULT = 4789;

  @TempDir private Path directory;

  private static int vxlanPort(ConfigLab lab) throws IOException {
    return lab.config().rules().vxlanPort();
  }

  @Test
  @DisplayName("C1: environment, file, node's object, selecting object, default object, built-in")
  void asksEachSourceInItsTurn() throws IOException {
    ConfigLab lab = new ConfigLab(directory);
    assertEquals(DEFAULT, vxlanPort(lab));
    assertEquals(1, vxlanPort(lab.felix("default", "vxlanPort: 1")));
    assertEquals(
        2,
        vxlanPort(
            lab.felix("pool", "vxlanPort: 2, nodeSelector: kubernetes.io/hostname == 'lab'")));
    assertEquals(3, vxlanPort(lab.felix("node.lab", "vxlanPort: 3")));
    assertEquals(4, vxlanPort(lab.file("[global]", "VXLANPort = 4")));
    assertEquals(5, vxlanPort(lab.variable("FELIX_VXLANPORT", "5")));
  }

  @Test
  @DisplayName("C1: each parameter is looked for on its own")
  void takesEachParameterFromTheFirstThatHasIt() throws IOException {
    DaemonConfig config =
        new ConfigLab(directory)
            .variable("FELIX_DNSExtraTTL", "1")
            .file("VXLANPort = 2000")
            .felix("default", "vxlanPort: 1, dnsExtraTTL: 9s, ipv6Support: false")
            .config();

    assertEquals(1_000_000_000L, config.cache().extraTtlNs());
    assertEquals(2000, config.rules().vxlanPort());
    assertEquals(false, config.rules().ipv6());
  }

  @Test
  @DisplayName("C1: objects of other nodes have no effect")
  void passesOverObjectsOfOtherNodes() throws IOException {
    ConfigReader.Result result =
        new ConfigLab(directory)
            .felix("node.other", "vxlanPort: 1")
            .felix("pool", "vxlanPort: 2, nodeSelector: gpu == 'yes'")
            .namegate("node.other", "maxNames: 1")
            .namegate("default", "nodeLabels: {gpu: 'no'}")
            .read();

    assertEquals(List.of(), result.problems());
    assertEquals(new ConfigLab(directory).config(), result.config());
    assertEquals(1, result.notices().size(), result.notices().toString()); // of the resolvers
  }

  @Test
  @DisplayName("C1: the node's labels are those that NamegateConfiguration gives it")
  void selectsByTheLabelsOfTheNode() throws IOException {
    assertEquals(
        2,
        vxlanPort(
            new ConfigLab(directory)
                .namegate("default", "nodeLabels: {pool: edge}")
                .felix(
                    "edge",
                    "vxlanPort: 2, nodeSelector: pool == 'edge' && has(kubernetes.io/os)")));
  }

  @Test
  @DisplayName("C1: of several objects that select the node, only the oldest is in force")
  void letsTheOldestSelectingObjectWin() throws IOException {
    ConfigReader.Result result =
        new ConfigLab(directory)
            .felix("a", "null", "vxlanPort: 1, ipv6Support: false, nodeSelector: all()")
            .felix("b", "2026-02-01T00:00:00Z", "vxlanPort: 2, nodeSelector: all()")
            .felix("c", "2026-01-31T23:59:59Z", "vxlanPort: 3, nodeSelector: all()")
            .read();

    assertEquals(List.of(), result.problems());
    assertEquals(3, result.config().rules().vxlanPort());
    assertTrue(result.config().rules().ipv6());
    assertEquals(
        List.of(
            "FelixConfiguration b is not in force: c selects this node too and is older",
            "FelixConfiguration a is not in force: c selects this node too and is older"),
        result.notices().subList(0, 2));
  }

  @Test
  void saysWhichLabelsAreKnownWhenNobodyGaveAny() throws IOException {
    List<String> notices =
        new ConfigLab(directory).felix("gpus", "nodeSelector: has(gpu)").read().notices();

    assertTrue(
        notices.get(0).contains("{kubernetes.io/hostname=lab, kubernetes.io/os=linux}"),
        notices.toString());
  }

  @Test
  @DisplayName("C1: a value that is none gives the default, and not what a later source says")
  void replacesABadValueByTheDefault() throws IOException {
    ConfigLab lab =
        new ConfigLab(directory)
            .variable("FELIX_VxlanPort", "many")
            .file("DNSExtraTTL = 5s", "VXLANPort = 70000")
            .felix("default", "vxlanPort: 1, dnsExtraTTL: 9s");
    ConfigReader.Result result = lab.read();

    assertEquals(DEFAULT, result.config().rules().vxlanPort());
    assertEquals(0, result.config().cache().extraTtlNs());
    assertEquals(
        List.of(
            lab.file()
                + ":1:1: DNSExtraTTL: \"5s\" is not a number of seconds; the default holds: 0s"
                + " — write a plain number of seconds",
            lab.file()
                + ":2:1: VXLANPort: \"70000\" is not a number in range"
                + " — write a whole number from 1 to 65535",
            "environment: FELIX_VxlanPort: \"many\" is not a number in range; the default holds:"
                + " 4789 — write a whole number from 1 to 65535"),
        result.problems().stream().map(Problem::toString).toList());
  }

  @Test
  void warnsOfAnObjectThatIsForNoNodeAndOfASelectorThatSaysNothing() throws IOException {
    ConfigLab lab =
        new ConfigLab(directory)
            .felix("gpus", "vxlanPort: 1")
            .felix("default", "nodeSelector: all()")
            .namegate("gpus", "maxNames: 1");
    List<Problem> problems = lab.read().problems();

    assertEquals(3, problems.size(), problems.toString());
    assertTrue(
        problems.stream().allMatch(problem -> problem.severity() == Severity.WARNING),
        problems.toString());
    assertEquals(problems, lab.check());
  }

  @Test
  void refusesToReadWithoutAFileThatIsNamed() throws IOException {
    ConfigLab lab = new ConfigLab(directory).variable(LocalSources.FILE_VARIABLE, "/nowhere.cfg");

    String message = assertThrows(NoSuchFileException.class, lab::read).getMessage();
    assertEquals("/nowhere.cfg: no such file; NAMEGATE_FELIX_CONFIG names it", message);
  }
}
