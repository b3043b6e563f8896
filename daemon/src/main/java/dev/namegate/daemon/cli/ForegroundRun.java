// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.Daemon;
import dev.namegate.daemon.LogFormat;
import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.Phases;
import dev.namegate.daemon.Settings;
import dev.namegate.daemon.SettingsReader;
import dev.namegate.daemon.StartAhead;
import dev.namegate.daemon.control.ControlServer;
import dev.namegate.daemon.pipeline.Commit;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.logging.Level;

/**
 * Enforces, in the foreground, until told to stop.
 *
 * <p><b>Errors:</b> a start that fails has undone what it did when the exception arrives.
 */
final class ForegroundRun {
  private static final System.Logger LOG = System.getLogger(ForegroundRun.class.getName());

  private final RunWords words;
  private final UnaryOperator<Commit> commitStage;

  ForegroundRun(RunWords words, UnaryOperator<Commit> commitStage) {
    this.words = words;
    this.commitStage = commitStage;
  }

  /** Says {@code ready} when the rules hold; then the stop ends the process. */
  int run(PrintWriter out) throws Exception {
    LogFormat.install(words.verbose() ? Level.FINE : Level.INFO);
    ResourceOptions.checkExist(words.resources());
    StartAhead ahead = StartAhead.begin(words.runDirectory());
    CompletableFuture<Daemon> started = new CompletableFuture<>();
    Thread signals = new Thread(() -> Hangup.run(() -> reload(started)), "ng-signals");
    signals.setDaemon(true);
    signals.start();
    Phases phases = new Phases("start", NanoClock.SYSTEM);
    SettingsReader source =
        new SettingsReader(words.resources(), ResourceOptions.node(words.node()));
    Settings settings = source.read();
    phases.done("resources");
    settings.log(List.of(), List.of());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "ng-stop"));
    signals.join();
    phases.done("signals");
    try {
      started.complete(
          Daemon.start(
              source,
              settings,
              NanoClock.SYSTEM,
              commitStage,
              () -> control(started),
              words.runDirectory(),
              ahead));
    } finally {
      started.cancel(false); // without effect after a success
    }
    out.println("ready");
    out.flush();
    DnsCache.prepare(); // here it keeps neither the start waiting nor a reply
    new CountDownLatch(1).await(); // the stop halts the process
    return ExitCode.DONE;
  }

  private ControlServer control(CompletableFuture<Daemon> started) throws IOException {
    return ControlServer.start(
        words.runDirectory(),
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
