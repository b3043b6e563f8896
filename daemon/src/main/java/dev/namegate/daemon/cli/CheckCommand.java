// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.namegate.daemon.config.ConfigCheck;
import dev.namegate.policy.PolicyAdvice;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.Problem;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import dev.namegate.policy.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code namegate check}: every problem of these resources, without touching the kernel. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Validates resources and prints every problem.",
      "Each is a line file:line:column: path: what is wrong — what would be right.",
      "Warnings and notices alone leave the exit code at 0."
    })
final class CheckCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "directories or files; *.cfg are settings as in felix.cfg")
  private List<Path> paths = List.of();

  @Option(names = "--json", description = "a JSON list of the problems instead of text")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  CheckCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Path> settings = paths.stream().filter(ConfigCheck::isSettingsFile).toList();
    List<Path> resources = new ArrayList<>(paths);
    resources.removeAll(settings);
    ReadResult read = ResourceReader.read(resources);
    List<Problem> problems = problems(read, settings);
    if (read.resources().size() == 0 && settings.isEmpty() && problems.isEmpty()) {
      spec.commandLine().getErr().println("namegate: no resources in " + paths);
    }
    if (json) {
      printJson(problems, out);
    } else {
      problems.forEach(problem -> out.println(describe(problem)));
    }
    out.flush();
    spec.commandLine().getErr().println(summary(read, problems));
    return problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR)
        ? ExitCode.USAGE
        : ExitCode.DONE;
  }

  /** Those of each object, and what only the objects together show, for every node. */
  private static List<Problem> problems(ReadResult read, List<Path> settings) throws IOException {
    Set<Problem> problems = new LinkedHashSet<>(read.problems());
    problems.addAll(ConfigCheck.check(read.resources().configs(), settings));
    problems.addAll(PolicyAdvice.of(read.resources()));
    for (String node : read.resources().nodes()) {
      problems.addAll(PolicyCompiler.compile(read.resources(), node).warnings());
    }
    return problems.stream()
        .sorted(
            Comparator.comparing(Problem::file)
                .thenComparingInt(Problem::line)
                .thenComparingInt(Problem::column))
        .toList();
  }

  private static String summary(ReadResult read, List<Problem> problems) {
    return "namegate: "
        + read.resources().size()
        + " valid objects, "
        + count(problems, Severity.ERROR)
        + " errors, "
        + count(problems, Severity.WARNING)
        + " warnings, "
        + count(problems, Severity.NOTICE)
        + " notices";
  }

  private static long count(List<Problem> problems, Severity severity) {
    return problems.stream().filter(problem -> problem.severity() == severity).count();
  }

  private static String describe(Problem problem) {
    return problem.severity() == Severity.ERROR
        ? problem.toString()
        : problem + " (" + problem.severity().name().toLowerCase(Locale.ROOT) + ")";
  }

  private static void printJson(List<Problem> problems, PrintWriter out) throws IOException {
    JsonGenerator generator = new JsonFactory().createGenerator(out);
    generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    try (generator) {
      generator.writeStartArray();
      for (Problem problem : problems) {
        generator.writeStartObject();
        generator.writeStringField("file", problem.file());
        generator.writeNumberField("line", problem.line());
        generator.writeNumberField("column", problem.column());
        generator.writeStringField("path", problem.path());
        generator.writeStringField("severity", problem.severity().name().toLowerCase(Locale.ROOT));
        generator.writeStringField("message", problem.message());
        generator.writeStringField("suggestion", problem.suggestion());
        generator.writeEndObject();
      }
      generator.writeEndArray();
    }
    out.println();
  }
}
