// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code scripts/bench} runs. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Namegate beside the least there can be and beside its rivals, in labs of its own,",
      "and writes a report. Exits 0 when all could be measured and every verdict was right,",
      "whatever the figures; 1 when not."
    })
final class BenchCommand implements Callable<Integer> {
  /** What can be asked for. */
  enum Part {
    LIMIT,
    FLOWS,
    DNS,
    FIRST,
    OVERLOAD,
    SCALE,
    LOAD,
    JMH
  }

  @Parameters(
      paramLabel = "PART",
      description = "${COMPLETION-CANDIDATES}; all of them unless given")
  private List<Part> parts = new ArrayList<>();

  @Option(names = "--quick", description = "flows, dns and first in under five minutes")
  private boolean quick;

  @Option(names = "--self-test", description = "seconds; shows only that the harness works")
  private boolean selfTest;

  @Option(names = "--rounds", description = "how many rounds, in place of the usual number")
  private int rounds;

  @Option(names = "--rate", description = "requests a second where they are paced (1000)")
  private int rate;

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description = "of NamegateConfiguration, for every daemon of the run; may be repeated")
  private Map<String, String> daemonSettings = new LinkedHashMap<>();

  @Option(
      names = "--report",
      paramLabel = "FILE.md",
      description = "where the report goes; perf/results/DATE.md unless given")
  private @Nullable Path report;

  @Option(names = "--lab-prefix", hidden = true, description = "names of the labs begin with it")
  private String labPrefix = "bench" + ProcessHandle.current().pid();

  public static void main(String[] arguments) {
    // Not what runs in a lab alone: scripts/bench takes labs down, but knows nothing of JMH's JVMs.
    Thread end =
        new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy));
    Runtime.getRuntime().addShutdownHook(end);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new BenchCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              if (!(e instanceof BenchFailure)) {
                throw e;
              }
              command.getErr().println("bench: FAILED: " + e.getMessage());
              return 1;
            });
  }

  @Override
  public Integer call() throws IOException {
    Checkout checkout = Checkout.here();
    Settings settings = settings();
    List<String> facts = new ArrayList<>(Machine.describe(checkout));
    facts.add("settings: " + settings);
    facts.forEach(BenchCommand::say);
    checkout.compilePrograms();
    Results results = run(checkout, settings, contests(settings), BenchCommand::say);
    if (wanted().contains(Part.JMH)) {
      say("jmh");
      results.addMicrobenchmarks(Jmh.run(settings.extent()));
    }
    publish(checkout, results, facts);
    return 0;
  }

  /** Runs contests one after the other. */
  static Results run(
      Checkout checkout, Settings settings, List<Contest> contests, Consumer<String> progress) {
    Results results = new Results();
    for (Contest contest : contests) {
      contest.run(
          checkout,
          settings,
          (bed, variant) -> new Parts(settings).warmUp(contest, bed, variant),
          progress);
      results.add(contest);
    }
    return results;
  }

  private Settings settings() {
    Settings settings =
        selfTest
            ? Settings.selfTest(labPrefix)
            : quick
                ? Settings.quick(labPrefix, daemonSettings)
                : Settings.whole(labPrefix, daemonSettings);
    return settings.with(rounds, rate);
  }

  private List<Part> wanted() {
    if (!parts.isEmpty()) {
      return parts;
    }
    return quick || selfTest ? List.of(Part.FLOWS, Part.DNS, Part.FIRST) : List.of(Part.values());
  }

  private List<Contest> contests(Settings settings) {
    Parts all = new Parts(settings);
    List<Contest> contests = new ArrayList<>();
    for (Part part : wanted()) {
      switch (part) {
        case LIMIT -> contests.addAll(List.of(all.limitOfFlows(), all.limitOfReplies()));
        case FLOWS -> contests.add(all.flows());
        case DNS -> contests.add(all.dns());
        case FIRST -> contests.add(all.first());
        case OVERLOAD -> contests.add(all.overload());
        case JMH -> {
          // No contest: it runs after them.
        }
        case LOAD -> contests.add(Mix.contest(settings));
        case SCALE -> contests.add(Scale.contest(settings));
      }
    }
    return contests;
  }

  private void publish(Checkout checkout, Results results, List<String> facts) throws IOException {
    List<String> news =
        Ratios.lastCommitted(checkout)
            .map(before -> compare(before, results))
            .orElse(List.of("there is none"));
    news.forEach(BenchCommand::say);
    Path file = report != null ? report.toAbsolutePath() : defaultReport(checkout);
    Files.createDirectories(file.resolveSibling("."));
    Report.write(file, results, facts, news);
    Ratios.write(Ratios.fileOf(file), results.ratios());
    // Figures of a self-test would only mislead.
    if (!selfTest) {
      System.out.print(Report.targetsOf(results));
    }
    say("the report is in " + file);
  }

  private Path defaultReport(Checkout checkout) {
    String suffix = selfTest ? "-self-test" : quick ? "-quick" : "";
    Path directory = selfTest ? checkout.work() : checkout.results();
    return directory.resolve(LocalDate.now(ZoneId.systemDefault()) + suffix + ".md");
  }

  private static List<String> compare(Path before, Results results) {
    List<String> worse = Ratios.worseThan(before, results.ratios());
    List<String> news = new ArrayList<>();
    news.add(
        worse.isEmpty()
            ? "nothing is clearly worse than in " + before.getFileName()
            : "worse than in " + before.getFileName() + ":");
    news.addAll(worse);
    return news;
  }

  private static void say(String text) {
    System.out.println("bench: " + text);
  }
}
