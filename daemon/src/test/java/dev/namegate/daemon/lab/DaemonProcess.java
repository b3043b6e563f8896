// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The real daemon, as a process of its own on the lab's host, from the class path of the test.
 *
 * <p><b>Bounds:</b> no method waits without a limit.
 */
public final class DaemonProcess implements AutoCloseable {
  /**
   * Says {@code Enabled} or {@code Disabled} for every daemon of a run of the tests, so that all of
   * them can be run both ways: {@code -Dnamegate.fastPath=Disabled}.
   */
  private static final String FAST_PATH = System.getProperty("namegate.fastPath", "");

  private static final String MAIN = "dev.namegate.daemon.Main";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Lab lab;
  private final Path runDirectory;
  private final BackgroundProcess process;

  private DaemonProcess(Lab lab, Path runDirectory, BackgroundProcess process) {
    this.lab = lab;
    this.runDirectory = runDirectory;
    this.process = process;
  }

  /** Starts {@code namegate run} on these resources and waits until it is ready. */
  public static DaemonProcess start(Lab lab, Path resources, String... moreArguments) {
    DaemonProcess daemon = launch(lab, MAIN, List.of(), resources, moreArguments);
    daemon.process.awaitReady(LIMIT);
    return daemon;
  }

  /** As {@link #start}, and what the one before it has saved is there for it. */
  public static DaemonProcess startAgain(Lab lab, Path resources) {
    DaemonProcess daemon = launch(lab, List.of(), MAIN, List.of(), resources);
    daemon.process.awaitReady(LIMIT);
    return daemon;
  }

  /** As {@link #start}, by a command that makes a place for it and then executes its arguments. */
  public static DaemonProcess startWhere(Lab lab, List<String> place, Path resources) {
    forget(lab);
    DaemonProcess daemon = launch(lab, place, MAIN, List.of(), resources);
    daemon.process.awaitReady(LIMIT);
    return daemon;
  }

  /**
   * Starts another main class (one that wraps the daemon with a test's seam, for example) with the
   * same command line, and returns without waiting.
   */
  public static DaemonProcess launch(
      Lab lab, String main, List<String> jvmOptions, Path resources, String... moreArguments) {
    forget(lab);
    return launch(lab, List.of(), main, jvmOptions, resources, moreArguments);
  }

  private static DaemonProcess launch(
      Lab lab,
      List<String> place,
      String main,
      List<String> jvmOptions,
      Path resources,
      String... moreArguments) {
    Path runDirectory = lab.work().resolve("run");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("run", "--resources", resources.toString()));
    arguments.addAll(List.of("--node", Lab.NODE, "--run-dir", runDirectory.toString()));
    if (!FAST_PATH.isEmpty()) {
      arguments.addAll(List.of("--resources", fastPathSetting(lab, FAST_PATH).toString()));
    }
    arguments.addAll(List.of(moreArguments));
    // A shell that put the tests in the background had them ignore SIGINT, nohup SIGHUP, and
    // children inherit
    // that.
    List<String> command = new ArrayList<>(place);
    command.addAll(List.of("env", "--default-signal=INT,HUP"));
    command.addAll(withoutSettingsOfThisMachine());
    command.addAll(Lab.java(jvmOptions, main, arguments.toArray(String[]::new)));
    return new DaemonProcess(lab, runDirectory, lab.start(Room.HOST, "daemon", command));
  }

  /** Where the daemons of this lab keep what they have learnt. */
  public static Path cacheFile(Lab lab) {
    return lab.work().resolve("run").resolve("dns-cache");
  }

  /** Each daemon of a test starts without what the one before it has learnt. */
  private static void forget(Lab lab) {
    try {
      Files.deleteIfExists(cacheFile(lab));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that says so for the lab's node, whatever the resources of a test say for all. */
  private static Path fastPathSetting(Lab lab, String value) {
    String text =
        """
        apiVersion: namegate.dev/v1
        kind: NamegateConfiguration
        metadata: {name: node.%s}
        spec: {kernelFastPath: %s}
        """
            .formatted(Lab.NODE, value);
    try {
      return Files.writeString(lab.work().resolve("fast-path.yaml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> withoutSettingsOfThisMachine() {
    List<String> arguments = new ArrayList<>();
    for (String variable : System.getenv().keySet()) {
      if (variable.toUpperCase(Locale.ROOT).startsWith("FELIX_")) {
        arguments.add("--unset=" + variable);
      }
    }
    arguments.add("NAMEGATE_FELIX_CONFIG=/dev/null");
    return arguments;
  }

  /** The process itself: its log, its readiness, its end. */
  public BackgroundProcess process() {
    return process;
  }

  /** The directory of its control socket. */
  public Path runDirectory() {
    return runDirectory;
  }

  /** Runs another subcommand beside it on the host, against its control socket. */
  public CommandResult command(String... arguments) {
    List<String> whole = new ArrayList<>(List.of(arguments));
    whole.addAll(List.of("--run-dir", runDirectory.toString()));
    List<String> java = Lab.java(List.of(), MAIN, whole.toArray(String[]::new));
    return lab.exec(Room.HOST, LIMIT, java.toArray(String[]::new));
  }

  /**
   * Every number of {@code status --json}; the name of a nested one is its path with dots, as in
   * {@code dns.released}.
   */
  public Map<String, Long> status() {
    String json = command("status", "--json").orFail().stdout();
    Map<String, Long> numbers = new TreeMap<>();
    flatten("", new Load(LoadSettings.builder().build()).loadFromString(json), numbers);
    return numbers;
  }

  private static void flatten(String path, Object value, Map<String, Long> into) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, below) -> flatten(path.isEmpty() ? "" + key : path + "." + key, below, into));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        flatten(path + "." + i, list.get(i), into);
      }
    } else if (value instanceof Number number) {
      into.put(path, number.longValue());
    }
  }

  /**
   * Asks for the status until this counter is as wanted; 0 stands for one that is not there.
   *
   * @return the whole status that satisfied it
   * @throws AssertionError with the last status, when that does not happen within 30 s
   */
  public Map<String, Long> awaitStatus(String counter, LongPredicate wanted) {
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    Map<String, Long> status = status();
    // Each round starts a JVM, which is pause enough.
    while (!wanted.test(status.getOrDefault(counter, 0L))) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError(counter + " is not as wanted after " + LIMIT + ": " + status);
      }
      status = status();
    }
    return status;
  }

  /** SIGTERM, then waits for the end. Returns the exit code. */
  public int stop() {
    process.terminate();
    return process.awaitExit(LIMIT);
  }

  /** SIGKILL: no chance to clean up. */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }
}
