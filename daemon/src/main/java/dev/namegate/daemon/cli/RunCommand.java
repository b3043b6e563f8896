// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.daemon.Daemon;
import dev.namegate.daemon.LogFormat;
import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.Settings;
import dev.namegate.daemon.SettingsReader;
import dev.namegate.daemon.control.ControlServer;
import dev.namegate.daemon.pipeline.Commit;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code namegate run}: enforce, in the foreground, until told to stop. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Enforces policy on this machine, in the foreground.",
      "Prints \"ready\" when the rules hold. SIGTERM or Ctrl-C removes the rules and ends",
      "enforcement, unless NamegateConfiguration says leaveRulesOnExit: true."
    })
final class RunCommand implements Callable<Integer> {
  private static final System.Logger LOG = System.getLogger(RunCommand.class.getName());

  private final UnaryOperator<Commit> commitStage;

  @Mixin private ResourceOptions resources = new ResourceOptions();
  @Mixin private RunDirectory runDirectory = new RunDirectory();

  @Option(names = "--verbose", description = "log more")
  private boolean verbose;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  RunCommand(UnaryOperator<Commit> commitStage) {
    this.commitStage = commitStage;
  }

  @Override
  public Integer call() throws Exception {
    LogFormat.install(verbose ? Level.FINE : Level.INFO);
    SettingsReader source = new SettingsReader(resources.paths(), resources.node());
    Settings settings = source.read();
    settings.log(List.of(), List.of());
    CompletableFuture<Daemon> started = new CompletableFuture<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "ng-stop"));
    Hangup.run(() -> reload(started));
    try {
      started.complete(
          Daemon.start(
              source,
              settings,
              NanoClock.SYSTEM,
              commitStage,
              () -> control(started),
              runDirectory.path()));
    } finally {
      started.cancel(false); // without effect after a success
    }
    spec.commandLine().getOut().println("ready");
    spec.commandLine().getOut().flush();
    new CountDownLatch(1).await(); // the stop halts the process
    return ExitCode.DONE;
  }

  private ControlServer control(CompletableFuture<Daemon> started) throws IOException {
    return ControlServer.start(
        runDirectory.path(),
        Map.of(
            "status",
            none -> answer(started, daemon -> daemon.status().json()),
            "status.text",
            none -> answer(started, daemon -> daemon.status().text()),
            ExplainCommand.REQUEST,
            words -> answer(started, daemon -> ExplainCommand.answer(daemon, words))));
  }

  private static String answer(CompletableFuture<Daemon> started, Function<Daemon, String> status) {
    return started.isDone() ? status.apply(started.join()) : "{\"error\":\"still starting\"}";
  }

  /** A signal that comes while the start is under way waits for its end. */
  private static void reload(CompletableFuture<Daemon> started) {
    CompletableFuture<Void> unused = started.thenAccept(Daemon::requestReload);
  }

  /** A signal may come while the start is under way: then it is completed first, and undone. */
  private static void stop(CompletableFuture<Daemon> started) {
    try {
      Daemon daemon = started.join();
      LOG.log(System.Logger.Level.INFO, "stopping");
      boolean clean = daemon.close();
      // A stop that was asked for is a success, not death by signal.
      Runtime.getRuntime().halt(clean ? ExitCode.DONE : ExitCode.INTERNAL);
    } catch (CancellationException e) {
      LOG.log(System.Logger.Level.DEBUG, "the start failed, and has undone what it did");
    }
  }
}
