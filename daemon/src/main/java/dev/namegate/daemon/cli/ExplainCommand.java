// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.namegate.daemon.Daemon;
import dev.namegate.daemon.Settings;
import dev.namegate.daemon.SettingsReader;
import dev.namegate.daemon.control.ControlClient;
import dev.namegate.daemon.explain.AnswerJson;
import dev.namegate.daemon.explain.AnswerText;
import dev.namegate.daemon.explain.Explainer;
import dev.namegate.daemon.explain.FlowAnswer;
import dev.namegate.daemon.explain.LearntNames;
import dev.namegate.policy.Problem;
import dev.namegate.policy.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code namegate explain}: which tier, policy and rule decides a flow, and why.
 *
 * <p>The running daemon is asked with the very words of the command line, and answers with what is
 * to be printed and the exit code.
 */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Tells which rule decides a flow, and what each rule before it compared.",
      "With --resources from files; without it, from the running daemon and what it has learnt."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:allowed",
      "1:denied (of several addresses, one)",
      "2:the command's words or the resources are wrong",
      "3:no daemon runs here"
    })
final class ExplainCommand implements Callable<Integer> {
  /** The request word of the control socket. */
  static final String REQUEST = "explain";

  private static final JsonFactory JSON = new JsonFactory();
  private static final int DENIED = 1;

  @Option(
      names = "--resources",
      paramLabel = "DIR",
      description = "directory or file with resources, repeatable")
  private List<Path> resources = List.of();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "the node whose endpoints are meant, with --resources (default: this host)")
  private @Nullable String node;

  @Mixin private FlowOptions flow = new FlowOptions();
  @Mixin private RunDirectory runDirectory = new RunDirectory();

  @Option(names = "--json", description = "a JSON list with one answer for each address")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  ExplainCommand() {}

  @Override
  public Integer call() throws IOException {
    checkWords();
    return resources.isEmpty() ? askTheDaemon() : explainFiles();
  }

  /** Wrong words are told before a daemon is looked for. */
  private void checkWords() {
    if (node != null && resources.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--node goes with --resources: the running daemon has one node");
    }
    try {
      flow.question();
      flow.learnt();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private int explainFiles() throws IOException {
    for (Path path : resources) {
      ResourceOptions.checkExists(path);
    }
    String name = node == null ? ResourceOptions.hostName() : node;
    Settings settings = new SettingsReader(resources, name).read();
    List<Problem> errors =
        settings.problems().stream()
            .filter(problem -> problem.severity() == Severity.ERROR)
            .toList();
    errors.forEach(spec.commandLine().getErr()::println);
    if (!errors.isEmpty()) {
      return ExitCode.USAGE;
    }
    LearntNames learnt = new LearntNames(flow.learnt());
    Explainer explainer =
        new Explainer(
            settings.policy(), settings.config().rules(), endpoint -> learnt, address -> false);
    try {
      return print(explainer.explain(flow.question()), spec.commandLine().getOut());
    } catch (IllegalArgumentException e) {
      spec.commandLine().getErr().println("namegate: " + e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private int print(List<FlowAnswer> answers, PrintWriter out) {
    out.print(json ? AnswerJson.of(answers) : AnswerText.of(answers));
    out.flush();
    return answers.stream().allMatch(FlowAnswer::allow) ? ExitCode.DONE : DENIED;
  }

  private int askTheDaemon() throws IOException {
    String answer =
        ControlClient.askRunning(
            runDirectory.path(), REQUEST + " " + array(spec.commandLine().getParseResult()));
    if (answer.isBlank()) {
      throw new IOException("the daemon gave no answer; its log may say why");
    }
    try (JsonParser parser = JSON.createParser(answer)) {
      int exitCode = ExitCode.INTERNAL;
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
          exitCode = parser.getIntValue();
        } else if (parser.currentToken() == JsonToken.VALUE_STRING) {
          PrintWriter to =
              parser.currentName().equals("output")
                  ? spec.commandLine().getOut()
                  : spec.commandLine().getErr();
          to.print(parser.getText());
          to.flush();
        }
      }
      return exitCode;
    }
  }

  /** The words behind the command's own name, as a JSON list on one line. */
  private static String array(CommandLine.ParseResult parsed) throws IOException {
    List<String> words = parsed.originalArgs();
    List<String> behind = words.subList(words.indexOf(REQUEST) + 1, words.size());
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(text)) {
      generator.writeStartArray();
      for (String word : behind) {
        generator.writeString(word);
      }
      generator.writeEndArray();
    }
    return text.toString();
  }

  /**
   * What the daemon answers to the words: {@code exitCode}, and {@code output} or {@code error}.
   */
  static String answer(Daemon daemon, String words) {
    ExplainCommand command = new ExplainCommand();
    CommandLine commandLine = new CommandLine(command);
    StringWriter output = new StringWriter();
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(text)) {
      generator.writeStartObject();
      try {
        commandLine.parseArgs(words(words));
        List<FlowAnswer> answers =
            daemon.explainer(command.flow.learnt()).explain(command.flow.question());
        generator.writeNumberField("exitCode", command.print(answers, new PrintWriter(output)));
        generator.writeStringField("output", output.toString());
      } catch (IllegalArgumentException | ParameterException e) {
        generator.writeNumberField("exitCode", ExitCode.USAGE);
        generator.writeStringField("error", "namegate: " + e.getMessage() + "\n");
      } catch (IllegalStateException | CompletionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        generator.writeNumberField("exitCode", ExitCode.ENVIRONMENT);
        generator.writeStringField("error", "namegate: " + cause.getMessage() + "\n");
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private static String[] words(String array) throws IOException {
    List<String> words = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(array)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
          words.add(parser.getText());
        }
      }
    }
    return words.toArray(String[]::new);
  }
}
