// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.policy.Problem;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import dev.namegate.policy.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of Calico's parameters mean something, which nothing, and which are refused. */
class FelixParametersTest {
  @TempDir private Path directory;

  private ConfigLab lab() throws IOException {
    return new ConfigLab(directory);
  }

  @Test
  @DisplayName("D16: chainInsertMode Append gets a warning, Insert does not")
  void warnsOfAppend() throws IOException {
    lab().felix("default", "chainInsertMode: Insert").config();
    for (ConfigLab lab :
        List.of(
            lab().felix("default", "chainInsertMode: Append"),
            lab().variable("FELIX_CHAININSERTMODE", "append"))) {
      List<Problem> problems = lab.read().problems();
      assertEquals(1, problems.size(), problems.toString());
      assertEquals(Severity.WARNING, problems.get(0).severity());
      assertTrue(problems.get(0).message().contains("security table"), problems.toString());
    }
  }

  @Test
  void namesAllThatHasNoEffectInOneWarningForEachPlace() throws IOException {
    List<Problem> problems =
        lab()
            .variable("FELIX_LOGSEVERITYSCREEN", "info")
            .variable("FELIX_DATASTORETYPE", "kubernetes")
            .felix(
                "default",
                "bpfEnabled: false, dnsLogsLatency: true, wireguardMTUV6: 0, healthPort: 1")
            .read()
            .problems();

    assertEquals(
        List.of(
            "of no effect here: bpfEnabled, wireguardMTUV6; of no effect here yet: dnsLogsLatency,"
                + " healthPort",
            "of no effect here: FELIX_DATASTORETYPE; of no effect here yet:"
                + " FELIX_LOGSEVERITYSCREEN"),
        problems.stream().map(Problem::message).toList());
    assertTrue(
        problems.stream().allMatch(problem -> problem.severity() == Severity.WARNING),
        problems.toString());
  }

  @Test
  void loadsTheConfigurationOfAWholeInstallation() throws IOException {
    ReadResult read =
        ResourceReader.read(List.of(Path.of("src/test/resources/config/calico.yaml")));
    assertEquals(List.of(), read.problems());

    List<Problem> problems = ConfigCheck.check(read.resources().configs(), List.of());
    assertEquals(
        List.of(),
        problems.stream().filter(problem -> problem.severity() == Severity.ERROR).toList());
    assertEquals(2, problems.size(), problems.toString()); // one for each object
  }

  @ParameterizedTest
  @CsvSource({
    "iptablesFilterDenyAction: Reject, not supported yet",
    "dropActionOverride: LogAndDrop, not supported yet",
    "dropActionOverride: Accept, switch enforcement off",
    "dropActionOverride: LogAndAccept, switch enforcement off",
  })
  void refusesWithAReason(String spec, String reason) throws IOException {
    ConfigReader.Result result = lab().felix("default", spec).read();

    assertEquals(1, result.problems().size(), result.problems().toString());
    assertEquals(Severity.ERROR, result.problems().get(0).severity());
    String message = result.problems().get(0).message();
    assertTrue(message.contains(reason), message);
    assertTrue(message.contains("; the default holds: D"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "dnsTrustedServer: [192.0.2.1], dnsTrustedServers",
    "interfacesPrefix: cali, interfacePrefix",
    "dnsCacheFiles: x, dnsCacheFile",
    "vxlanPorts: 1, vxlanPort",
    "ipv6Suport: true, ipv6Support",
  })
  void refusesWhatNobodyKnowsAndSuggestsWhatIsAlike(String spec, String meant) throws IOException {
    List<Problem> problems = lab().felix("default", spec).read().problems();

    assertEquals(1, problems.size(), problems.toString());
    assertEquals("unknown parameter", problems.get(0).message());
    assertEquals("did you mean \"" + meant + "\"?", problems.get(0).suggestion());
  }

  @Test
  void pointsToTheListWhenNothingIsAlike() throws IOException {
    Problem problem = lab().variable("FELIX_QQQQQ", "1").read().problems().get(0);

    assertEquals("FELIX_QQQQQ", problem.path());
    assertEquals("docs/operations.md lists all", problem.suggestion());
  }

  @Test
  void noFamilyThatHasNoEffectHidesAParameterOfOurs() {
    for (Parameter<?> parameter : FelixParameters.TABLE.parameters()) {
      assertTrue(FelixParameters.TABLE.isKnown(parameter.name()));
      assertFalse(FelixParameters.TABLE.isWithoutEffect(parameter.name()));
      String slip = parameter.name() + "x";
      assertFalse(FelixParameters.TABLE.isWithoutEffect(slip), slip);
      assertFalse(FelixParameters.TABLE.isWithoutEffectYet(slip), slip);
    }
  }

  @Test
  void givesTheDefaultsForTwoValuesThatExcludeEachOther() throws IOException {
    ConfigReader.Result queues = lab().variable("FELIX_DNSPACKETSNFQUEUEID", "102").read();
    assertEquals(1, queues.problems().size(), queues.problems().toString());
    assertEquals("FELIX_DNSPACKETSNFQUEUEID", queues.problems().get(0).path());
    assertEquals(101, queues.config().dnsQueue().number());

    ConfigReader.Result lifetimes = lab().namegate("default", "dnsMaxTTL: 100ms").read();
    assertEquals(1, lifetimes.problems().size(), lifetimes.problems().toString());
    assertTrue(lifetimes.problems().get(0).path().endsWith("dnsMaxTTL"));
    assertEquals(lab().config().cache(), lifetimes.config().cache());
  }

  @Test
  void checksObjectsOfEveryNodeAndFiles() throws IOException {
    ConfigLab lab =
        lab()
            .file("VXLANPort = 0")
            .felix("node.a", "dnsPacketsNfqueueID: 102")
            .felix("pool", "nodeSelector: has(, vxlanPort: 0");

    assertEquals(
        List.of("dnsPacketsNfqueueID", "nodeSelector", "vxlanPort", "VXLANPort"),
        lab.check(lab.file()).stream()
            .map(problem -> problem.path().substring(problem.path().lastIndexOf('.') + 1))
            .toList());
  }
}
