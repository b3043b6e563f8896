// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
      "whatever the figures; 1 when not: a part that failed has no figures in the report."
    })
final class BenchCommand implements Callable<Integer> {
  /** What can be asked for. */
  enum Part {
    LIMIT,
    FLOWS,
    HALT,
    DNS,
    FIRST,
    OVERLOAD,
    SCALE,
    START,
    COST,
    LOAD,
    QUEUES,
    JMH
  }

  @Parameters(
      paramLabel = "PART",
      description = "${COMPLETION-CANDIDATES}; all but LOAD and QUEUES unless given")
  private List<Part> parts = new ArrayList<>();

  @Option(names = "--quick", description = "flows, dns and first in under five minutes")
  private boolean quick;

  @Option(names = "--self-test", description = "seconds; shows only that the harness works")
  private boolean selfTest;

  @Option(names = "--load", description = "the part LOAD as well")
  private boolean load;

  @Option(names = "--minutes", description = "how long each daemon is under load there (10)")
  private int minutes;

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
    Results results = run(checkout, settings, contests(settings, facts), BenchCommand::say);
    if (wanted().contains(Part.JMH)) {
      say("jmh");
      results.addMicrobenchmarks(Jmh.run(settings.extent()));
    }
    publish(checkout, results, facts);
    results.failures().forEach(failure -> say("FAILED: " + failure));
    return results.failures().isEmpty() ? 0 : 1;
  }

  /** Runs contests one after the other; one that fails does not keep the others from it. */
  static Results run(
      Checkout checkout, Settings settings, List<Contest> contests, Consumer<String> progress) {
    Results results = new Results();
    for (Contest contest : contests) {
      long startNs = System.nanoTime();
      try {
        contest.run(checkout, settings, progress);
        results.add(contest);
      } catch (BenchFailure e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        progress.accept(contest.part() + ": FAILED: " + e.getMessage());
        results.addFailure(contest.part(), "" + e.getMessage());
      }
      progress.accept(
          "%s: took %,d s"
              .formatted(contest.part(), (System.nanoTime() - startNs) / 1_000_000_000));
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
    return settings.with(rounds, rate, minutes);
  }

  private Set<Part> wanted() {
    EnumSet<Part> wanted = EnumSet.allOf(Part.class);
    wanted.remove(Part.LOAD);
    wanted.remove(Part.QUEUES);
    if (!parts.isEmpty()) {
      wanted = EnumSet.copyOf(parts);
    } else if (quick || selfTest) {
      wanted = EnumSet.of(Part.FLOWS, Part.DNS, Part.FIRST);
    }
    if (load) {
      wanted.add(Part.LOAD);
    }
    return wanted;
  }

  private List<Contest> contests(Settings settings, List<String> facts) {
    List<Contest> contests = new ArrayList<>();
    for (Part part : wanted()) {
      if (part == Part.HALT && !HaltPolling.canBeSet()) {
        facts.add("the guest's halt polling cannot be set on this machine: no part `halt`");
      } else {
        contests.addAll(contestsOf(part, settings));
      }
    }
    return contests;
  }

  /** Every contest that there is. */
  static List<Contest> all(Settings settings) {
    return Arrays.stream(Part.values()).flatMap(p -> contestsOf(p, settings).stream()).toList();
  }

  private static List<Contest> contestsOf(Part part, Settings settings) {
    FlowContests flows = new FlowContests(settings);
    ReplyContests replies = new ReplyContests(settings);
    return switch (part) {
      case LIMIT -> List.of(flows.limit(), replies.limit());
      case FLOWS -> List.of(flows.flows());
      case HALT -> List.of(flows.haltPolling());
      case DNS -> List.of(replies.dns());
      case FIRST -> List.of(replies.first());
      case OVERLOAD -> List.of(Overload.contest(settings));
      case SCALE -> List.of(Scale.ofPolicies(settings), Scale.ofEndpoints(settings));
      case START -> List.of(Starts.contest(settings));
      case COST -> List.of(Costs.contest(settings));
      case QUEUES -> List.of(QueueContests.spread(settings), QueueContests.buffers(settings));
      case LOAD -> List.of(Mix.contest(settings));
      // No contest: it runs after them.
      case JMH -> List.of();
    };
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
