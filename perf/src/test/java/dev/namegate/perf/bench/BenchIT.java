// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That the harness measures, checks what it measures, and cleans up; never what the figures are.
 */
final class BenchIT {
  private static final String PREFIX = "benchit" + ProcessHandle.current().pid();
  private static final Settings SETTINGS = Settings.selfTest(PREFIX);

  @TempDir private Path directory;

  @BeforeAll
  static void compile() {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "needs root for network namespaces; run sudo scripts/test instead");
    checkout().compilePrograms();
  }

  private static Checkout checkout() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-cp"));
    String surefire = System.getProperty("surefire.test.class.path");
    command.add(surefire != null ? surefire : System.getProperty("java.class.path"));
    command.add("dev.namegate.daemon.Main");
    return Checkout.here().withDaemon(command);
  }

  private static Results run(Contest contest) {
    Results results = BenchCommand.run(checkout(), SETTINGS, List.of(contest), progress -> {});
    assertEquals(List.of(), results.failures());
    return results;
  }

  @Test
  void aContestMeasuresEveryVariantInEveryScenarioAndIsReported() throws Exception {
    Contest flows = new FlowContests(SETTINGS).flows();
    Results results = run(flows);

    for (Scenario scenario : flows.scenarios()) {
      for (Variant variant : flows.variants()) {
        Metric metric = scenario.name().endsWith("-rate") ? Metric.PER_SECOND : Metric.P99;
        assertTrue(
            results.value("flows", scenario.name(), variant.name(), metric).getAsDouble() > 0);
      }
    }
    Path report = directory.resolve("report.md");
    Report.write(report, results, List.of("a fact"), List.of("no news"));
    assertTrue(Files.readString(report).contains("| namegate-queue |"));
    String plot = Files.readString(directory.resolve("report/flows-workload-v4-paced.svg"));
    assertEquals(4, plot.split("<polyline", -1).length - 1);
    assertTrue(Files.size(directory.resolve("report/flows-workload-v4-paced.hlog")) > 0);
  }

  @Test
  void repliesAndFirstConnectionsAreMeasured() {
    Results first = run(new ReplyContests(SETTINGS).first());
    assertTrue(first.value("first", "fresh-v4", "namegate", Metric.P50).getAsDouble() > 0);
  }

  @Test
  void aConnectionThatIsDeniedFailsTheBenchmarkAndLeavesNoLab() {
    Variant deniesAll =
        Namegate.inMode("namegate", "DelayDNSResponse", SETTINGS.policy()).with(Map.of());
    List<Scenario> rates =
        new FlowContests(SETTINGS)
            .flows().scenarios().stream().filter(each -> each.name().endsWith("-rate")).toList();
    Contest contest = new Contest("flows", List.of(deniesAll), rates);

    Results results = BenchCommand.run(checkout(), SETTINGS, List.of(contest), progress -> {});

    assertEquals(1, results.failures().size());
    String failure = results.failures().get(0);
    assertTrue(failure.contains("wrong verdict"), failure);
    assertEquals(List.of(), results.contests());
    assertFalse(Files.exists(Path.of("/run/namegate-lab", PREFIX + "-0")));
  }

  /** The daemon beside a rule that accepts all before it is asked. */
  private record Bypassed(Namegate namegate) implements Variant {
    @Override
    public String name() {
      return namegate.name();
    }

    @Override
    public String description() {
      return namegate.description();
    }

    @Override
    public void start(Bed bed) {
      namegate.start(bed);
      bed.bothTables("-t security -I FORWARD 1 -j ACCEPT");
    }

    @Override
    public String check(Bed bed) {
      return namegate.check(bed);
    }
  }

  @Test
  void aConnectionThatIsAllowedByMistakeFailsTheBenchmark() {
    Variant allowsAll = new Bypassed(Namegate.inMode("namegate", "NoDelay", SETTINGS.policy()));
    Contest contest = new Contest("flows", List.of(allowsAll), List.of());

    Results results = BenchCommand.run(checkout(), SETTINGS, List.of(contest), progress -> {});

    assertEquals(1, results.failures().size());
    assertTrue(results.failures().get(0).contains("is not denied"), results.failures().get(0));
  }
}
