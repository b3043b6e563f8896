// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs commands as processes, in the C locale and with the system directories on the path.
 *
 * <p><b>Threading:</b> any thread; blocks until the command ends, at most {@value #TIMEOUT_SECONDS}
 * s. Commands that are run together have a thread each.
 */
final class ProcessRunner implements CommandRunner {
  /** Far above what a full rule set or a set of 65,536 entries takes, lock wait included. */
  private static final int TIMEOUT_SECONDS = 60;

  private static final String SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

  /** Where the kernel names the tables of the legacy backend; iptables-legacy-save looks there. */
  private static final Map<IpFamily, Path> LEGACY_TABLES =
      Map.of(
          IpFamily.V4, Path.of("/proc/self/net/ip_tables_names"),
          IpFamily.V6, Path.of("/proc/self/net/ip6_tables_names"));

  private final List<String> prefix;

  ProcessRunner(List<String> prefix) {
    this.prefix = List.copyOf(prefix);
  }

  @Override
  public List<Result> runAll(List<Command> commands) throws KernelRulesException {
    List<FutureTask<Result>> tasks = new ArrayList<>();
    for (Command command : commands.subList(Math.min(1, commands.size()), commands.size())) {
      tasks.add(background("ng-cmd", () -> run(command.words(), command.input())));
    }
    FutureTask<Result> first =
        new FutureTask<>(() -> run(commands.get(0).words(), commands.get(0).input()));
    if (!commands.isEmpty()) {
      tasks.add(0, first);
      first.run(); // here, while the others run beside
    }
    List<Result> results = new ArrayList<>();
    KernelRulesException failure = null;
    for (int i = 0; i < tasks.size(); i++) {
      try {
        results.add(ended(commands.get(i).words(), tasks.get(i)));
      } catch (KernelRulesException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  private static Result ended(List<String> words, FutureTask<Result> task)
      throws KernelRulesException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KernelRulesException.interrupted(words, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KernelRulesException failure) {
        throw failure;
      }
      throw KernelRulesException.unreadable(words, e);
    }
  }

  @Override
  public boolean mayHoldLegacyTables(IpFamily family) {
    if (!prefix.isEmpty()) {
      return true; // commands run where we cannot look
    }
    Path names = LEGACY_TABLES.get(family);
    try {
      return names == null || !Files.readString(names).isBlank();
    } catch (NoSuchFileException e) {
      return false; // the kernel's part of that backend is not loaded
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public Result run(List<String> command, String input) throws KernelRulesException {
    List<String> words = new ArrayList<>(prefix);
    words.addAll(command);
    Process process = start(words);
    FutureTask<Boolean> feeder = background("ng-cmd-in", () -> feed(process, input));
    FutureTask<String> output = background("ng-cmd-out", () -> drain(process.getInputStream()));
    FutureTask<String> error = background("ng-cmd-err", () -> drain(process.getErrorStream()));
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw KernelRulesException.unfinished(words, TIMEOUT_SECONDS);
      }
      feeder.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return new Result(
          process.exitValue(),
          output.get(TIMEOUT_SECONDS, TimeUnit.SECONDS),
          error.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KernelRulesException.interrupted(words, e);
    } catch (ExecutionException | TimeoutException e) {
      throw KernelRulesException.unreadable(words, e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> words) throws KernelRulesException {
    // Java looks a command up on its own path, which may lack the system directories.
    List<String> found = new ArrayList<>(words);
    found.set(0, resolve(words.get(0)));
    ProcessBuilder builder = new ProcessBuilder(found);
    builder.environment().put("LC_ALL", "C");
    builder.environment().merge("PATH", SYSTEM_PATH, (path, system) -> path + ":" + system);
    try {
      return builder.start();
    } catch (IOException e) {
      throw KernelRulesException.missingTool(words, e);
    }
  }

  private static String resolve(String name) {
    for (String directory : SYSTEM_PATH.split(":", -1)) {
      Path path = Path.of(directory, name);
      if (Files.isExecutable(path)) {
        return path.toString();
      }
    }
    return name;
  }

  private static <T> FutureTask<T> background(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** Returns whether the command read all of it; if not, its exit code and words say why. */
  private static boolean feed(Process process, String input) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String drain(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }
}
