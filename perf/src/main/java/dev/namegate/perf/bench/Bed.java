// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A lab of {@code scripts/lab-up} with the servers of the benchmarks outside: TCP on port 443 of
 * every address, and the DNS server that makes up its answers ({@code load.c}).
 *
 * <p><b>Ownership:</b> {@link #close} ends whatever was started in it, and takes it down. When the
 * process is killed, {@code scripts/bench} does that.
 */
final class Bed implements AutoCloseable {
  static final String TRUSTED = "192.0.2.53";
  static final String TRUSTED6 = "2001:db8:2::53";
  static final String HOST_INSIDE = "10.65.0.1";
  static final String HOST_INSIDE6 = "fd65::1";
  static final int TARGET_PORT = 443;
  static final int DNS_PORT = 53;

  private static final Duration READY = Duration.ofSeconds(60);

  private final Checkout checkout;
  private final String name;
  private final Path work;
  private final Map<String, Process> processes = new LinkedHashMap<>();
  private long freshNumber = 1_000_000;

  private Bed(Checkout checkout, String name) {
    this.checkout = checkout;
    this.name = name;
    this.work = checkout.work().resolve(name);
  }

  /** Makes the lab, replacing one of that name, and starts the servers. */
  static Bed up(Checkout checkout, String name) {
    Shell.run(checkout.script("lab-up"), name).orFail();
    Bed bed = new Bed(checkout, name);
    try {
      // A daemon must not restore what another contest's has learnt.
      Shell.run("rm", "-rf", "" + bed.work).orFail();
      Files.createDirectories(bed.work);
      // Connections end by a reset. Kept for the usual ten seconds they would fill the table.
      bed.exec(Room.HOST, "sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_timeout_close=1")
          .orFail();
      bed.start(Room.NET, "sink", checkout.program("load"), "sink", "" + TARGET_PORT);
      bed.start(Room.NET, "dns", checkout.program("load"), "dns", "" + DNS_PORT);
      return bed;
    } catch (IOException e) {
      bed.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      bed.close();
      throw e;
    }
  }

  Checkout checkout() {
    return checkout;
  }

  /** A directory for files of this lab. */
  Path work() {
    return work;
  }

  String namespace(Room room) {
    return "ng-" + name + "-" + room.suffix();
  }

  /** Numbers of names that nobody has asked for yet; returns the first. */
  long freshNames(long count) {
    long first = freshNumber;
    freshNumber += count;
    return first;
  }

  /** Runs a command in a room. */
  Shell.Output exec(Room room, Duration limit, String... command) {
    return Shell.run(limit, inRoom(room, command));
  }

  /** Runs a command in a room, with this on its standard input. */
  Shell.Output execWith(String input, Room room, String... command) {
    return Shell.run(Shell.LIMIT, inRoom(room, command), input);
  }

  Shell.Output exec(Room room, String... command) {
    return exec(room, Shell.LIMIT, command);
  }

  /** Runs both commands, {@code iptables} and {@code ip6tables}, with these arguments. */
  void bothTables(String arguments) {
    for (String command : new String[] {"iptables", "ip6tables"}) {
      exec(Room.HOST, (command + " -w " + arguments).split(" ", -1)).orFail();
    }
  }

  /** Starts a command in a room and waits until it prints {@code ready}. */
  Process start(Room room, String process, String... command) {
    Process started = startUnready(room, process, command);
    awaitReady(started, log(process));
    return started;
  }

  /** Starts a command in a room. */
  Process startUnready(Room room, String process, String... command) {
    try {
      Process started =
          new ProcessBuilder(inRoom(room, command))
              .redirectErrorStream(true)
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(log(process).toFile())
              .start();
      processes.put(process, started);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The process that was started under that name.
   *
   * @throws BenchFailure when there is none
   */
  Process process(String process) {
    Process started = processes.get(process);
    if (started == null) {
      throw new BenchFailure("no process " + process + " in " + name);
    }
    return started;
  }

  /** Asks the process of that name to end, and waits until it has. */
  void stop(String process) {
    end(process(process));
    processes.remove(process);
  }

  /** What the process of that name prints. */
  Path log(String process) {
    return work.resolve(process + ".log");
  }

  private List<String> inRoom(Room room, String... command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace(room)));
    whole.addAll(List.of(command));
    return whole;
  }

  private static void awaitReady(Process process, Path log) {
    long deadlineNs = System.nanoTime() + READY.toNanos();
    try {
      while (!Files.readAllLines(log).contains("ready")) {
        if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
          throw new BenchFailure("not ready, see " + log + "\n" + Files.readString(log));
        }
        Shell.pause(Duration.ofMillis(2));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws BenchFailure when a process that was started here is gone: what was measured since then
   *     is worth nothing
   */
  void checkAlive() {
    for (Process process : processes.values()) {
      if (!process.isAlive()) {
        throw new BenchFailure(
            "ended while it was measured, see the logs in %s: %s".formatted(work, process.info()));
      }
    }
  }

  @Override
  public void close() {
    // The last one started leans on those before it.
    List<Process> started = new ArrayList<>(processes.values());
    for (int i = started.size() - 1; i >= 0; i--) {
      end(started.get(i));
    }
    processes.clear();
    Shell.run(checkout.script("lab-down"), name).orFail();
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw Shell.interrupted(e);
    }
  }
}
