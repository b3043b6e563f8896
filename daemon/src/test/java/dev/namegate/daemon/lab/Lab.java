// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * A lab that is up: its namespaces, and the processes a test started in them.
 *
 * <p><b>Ownership:</b> closing it ends every process started through it and removes every namespace
 * and file of it, in whatever state the test left them.
 *
 * <p><b>Bounds:</b> no method waits without a limit.
 */
public final class Lab implements AutoCloseable {
  public static final String TRUSTED = "192.0.2.53";
  public static final String TRUSTED6 = "2001:db8:2::53";
  public static final String UNTRUSTED = "192.0.2.66";
  public static final String UNTRUSTED6 = "2001:db8:2::66";

  /** The host as its workloads see it. */
  public static final String HOST_INSIDE = "10.65.0.1";

  public static final String HOST_INSIDE6 = "fd65::1";

  /** The {@code node} of the resources that describe the lab. */
  public static final String NODE = "lab";

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;
  private final Path work;
  private final List<BackgroundProcess> processes = new ArrayList<>();
  private int serial;

  private Lab(String name) {
    this.name = name;
    this.work = checkout().resolve("daemon/target/lab").resolve(name);
  }

  /**
   * Makes a lab. Where that cannot be done (not root, no network namespaces) the test is skipped;
   * {@code scripts/test} takes a skipped test for a failure.
   */
  public static Lab up() {
    Assumptions.assumeTrue(
        isRoot(), "needs root for network namespaces; run sudo scripts/test instead");
    Lab lab = new Lab("t" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    run(List.of(script("lab-up"), lab.name), "", LIMIT).orFail();
    try {
      Files.createDirectories(lab.work);
    } catch (IOException e) {
      lab.close();
      throw new UncheckedIOException(e);
    }
    return lab;
  }

  private static boolean isRoot() {
    return run(List.of("id", "-u"), "", LIMIT).stdout().trim().equals("0");
  }

  /** The directory of the checkout: the one that holds {@code scripts/lab-up}. */
  public static Path checkout() {
    Path start = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("scripts/lab-up"))) {
        return at;
      }
    }
    throw new IllegalStateException("no scripts/lab-up in " + start + " or above it");
  }

  private static String script(String script) {
    return checkout().resolve("scripts").resolve(script).toString();
  }

  public String name() {
    return name;
  }

  /** The namespace's name as {@code ip netns} has it. */
  public String namespace(Room room) {
    return "ng-" + name + "-" + room.suffix();
  }

  /** A directory of this lab for logs and generated files; kept when the lab is gone. */
  public Path work() {
    return work;
  }

  /** Where the lab's scripts keep configuration and logs of dnsmasq and nginx while it is up. */
  public Path state() {
    return Path.of("/run/namegate-lab", name);
  }

  /** Runs a command in a room, for 20 s at most. */
  public CommandResult exec(Room room, String... command) {
    return exec(room, LIMIT, command);
  }

  public CommandResult exec(Room room, Duration limit, String... command) {
    return run(inRoom(room, Arrays.asList(command)), "", limit);
  }

  /** Starts a command in a room; it ends with the lab at the latest. */
  public BackgroundProcess start(Room room, String process, List<String> command) {
    Path log;
    synchronized (processes) {
      log = work.resolve(process + "-" + ++serial + ".log");
    }
    BackgroundProcess started = BackgroundProcess.start(inRoom(room, command), log);
    synchronized (processes) {
      processes.add(started);
    }
    return started;
  }

  /** Starts a class of the test class path in a room and waits until it prints {@code ready}. */
  public BackgroundProcess startJava(Room room, Class<?> main, String... arguments) {
    return start(room, main.getSimpleName(), java(List.of(), main.getName(), arguments))
        .awaitReady(Duration.ofSeconds(30));
  }

  /** Runs a class of the test class path in a room. */
  public CommandResult execJava(Room room, Duration limit, Class<?> main, String... arguments) {
    return run(inRoom(room, java(List.of(), main.getName(), arguments)), "", limit);
  }

  /**
   * dnsmasq on 192.0.2.53 and 2001:db8:2::53, with these records: {@code name type value [ttl]}
   * each. Called again it is replaced.
   */
  public void trustedDns(String... records) {
    dnsmasq("trusted", records);
  }

  /** As {@link #trustedDns}, on the addresses that no policy trusts. */
  public void untrustedDns(String... records) {
    dnsmasq("untrusted", records);
  }

  /** dnsmasq on the host (loopback and the address workloads see) that asks the trusted server. */
  public void hostResolver() {
    dnsmasq("resolver");
  }

  private void dnsmasq(String role, String... records) {
    String input = String.join("\n", records) + "\n";
    run(List.of(script("lab-dns"), name, role), input, LIMIT).orFail();
  }

  /** nginx on every outside address, ports 80 and 443; its answer is {@code address port}. */
  public void web() {
    run(List.of(script("lab-web"), name), "", LIMIT).orFail();
  }

  /** The command that runs a class of the test class path on this test's JVM. */
  static List<String> java(List<String> options, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Start fast: these JVMs live for seconds and share two cores with the one under test.
    command.addAll(List.of("-ea", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    if (Runtime.version().feature() == 24 || Runtime.version().feature() == 25) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(options);
    String surefire = System.getProperty("surefire.test.class.path");
    command.add("-cp");
    command.add(surefire != null ? surefire : System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  List<String> inRoom(Room room, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace(room)));
    whole.addAll(command);
    return whole;
  }

  static CommandResult run(List<String> command, String input, Duration limit) {
    try {
      Path scratch = Files.createTempDirectory("namegate-lab");
      try {
        return run(command, input, limit, scratch);
      } finally {
        for (String file : List.of("in", "out", "err")) {
          Files.deleteIfExists(scratch.resolve(file));
        }
        Files.delete(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + String.join(" ", command), e);
    }
  }

  private static CommandResult run(List<String> command, String input, Duration limit, Path scratch)
      throws IOException, InterruptedException {
    // Files and not pipes: nobody has to read while it runs, and output of any size fits.
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Files.writeString(scratch.resolve("in"), input).toFile())
            .redirectOutput(scratch.resolve("out").toFile())
            .redirectError(scratch.resolve("err").toFile())
            .start();
    int exit = CommandResult.TIMED_OUT;
    if (process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      exit = process.exitValue();
    } else {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    return new CommandResult(
        List.copyOf(command),
        exit,
        Files.readString(scratch.resolve("out")),
        Files.readString(scratch.resolve("err")));
  }

  /** Logs of all that was started through this lab, and of the servers its scripts started. */
  List<Path> logs() {
    List<Path> logs = new ArrayList<>();
    for (Path directory : List.of(work, state().resolve("log"))) {
      if (Files.isDirectory(directory)) {
        try (var files = Files.list(directory)) {
          files.filter(Files::isRegularFile).forEach(logs::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return logs;
  }

  @Override
  public void close() {
    synchronized (processes) {
      // The last one started leans on those before it.
      for (int i = processes.size() - 1; i >= 0; i--) {
        processes.get(i).close();
      }
      processes.clear();
    }
    run(List.of(script("lab-down"), name), "", LIMIT).orFail();
  }
}
