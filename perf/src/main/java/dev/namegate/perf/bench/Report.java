// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** The report of a run: Markdown, with plots, raw histograms and ratios in files beside it. */
final class Report {
  private Report() {}

  /**
   * Writes it.
   *
   * @param file the Markdown file; what lies beside it is in a directory of its name
   * @param facts about machine and settings, a line each
   * @param news what the regression guard has to say
   */
  static void write(Path file, Results results, List<String> facts, List<String> news)
      throws IOException {
    String name = "" + file.getFileName();
    String title = name.substring(0, name.length() - ".md".length());
    Path beside = file.resolveSibling(title);
    Files.createDirectories(beside);
    Markdown text = new Markdown();
    text.line("# Benchmarks, %s", title);
    text.line("");
    text.line(
        "Written by `scripts/bench`. Latencies in microseconds; medians over the rounds, of the");
    text.line(
        "maximum the largest. Ratios are of medians of this run; times mean little elsewhere.");
    if (!results.failures().isEmpty()) {
      text.list("FAILED: nothing below speaks for these parts", results.failures());
    }
    targets(results, text);
    text.list("Against the last committed report", news);
    text.list("Machine and settings", facts);
    for (Contest contest : results.contests()) {
      new ContestReport(contest, text, beside).write();
    }
    if (!results.microbenchmarks().isEmpty()) {
      text.line("%n## jmh%n%n```%n%s%n```", results.microbenchmarks());
    }
    Files.writeString(file, text.toString());
  }

  /** The table of targets alone, for the terminal. */
  static String targetsOf(Results results) {
    Markdown text = new Markdown();
    targets(results, text);
    return text.toString();
  }

  /** Those of what was run; one that could not be measured says so. */
  private static void targets(Results results, Markdown text) {
    List<Target> targets =
        Targets.all().stream().filter(target -> results.isWanted(target.of())).toList();
    long held = targets.stream().filter(target -> verdict(target, results).equals("yes")).count();
    text.line("%n## Targets: %d of %d reached%n", held, targets.size());
    text.header(List.of("what", "figure", "target", "reached", "verdict"));
    for (Target target : targets) {
      text.row(
          List.of(
              target.about(),
              target.measure(),
              target.limitText(),
              reached(target, results),
              verdict(target, results)));
    }
  }

  private static String reached(Target target, Results results) {
    OptionalDouble reached = target.reached(results);
    return target.how() == Target.How.VALUE
        ? Markdown.figure(target.of().metric(), reached)
        : Markdown.ratio(reached);
  }

  private static String verdict(Target target, Results results) {
    OptionalDouble reached = target.reached(results);
    return reached.isEmpty()
        ? "not measured"
        : target.holds(reached.getAsDouble()) ? "yes" : "**no**";
  }
}
