// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs beside the test until it is closed.
 *
 * <p><b>Threading:</b> a thread of ours copies its output to the log and looks for the line {@code
 * ready}; every method may be called from any thread.
 */
public final class BackgroundProcess implements AutoCloseable {
  private static final String READY = "ready";

  private final Process process;
  private final Path log;
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean sawReady;

  private BackgroundProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts this command, its stdout and stderr in {@code log} in the order they were written. */
  public static BackgroundProcess start(List<String> command, Path log) {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      BackgroundProcess started = new BackgroundProcess(process, log);
      Thread reader = new Thread(started::copyOutput, "log of " + log.getFileName());
      reader.setDaemon(true);
      reader.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    }
  }

  private void copyOutput() {
    try (BufferedReader lines = process.inputReader();
        Writer copy = Files.newBufferedWriter(log)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        copy.write(line + "\n");
        copy.flush();
        if (line.equals(READY)) {
          sawReady = true;
          ready.countDown();
        }
      }
    } catch (IOException e) {
      // The pipe breaks when the process is killed; what it had said is in the log.
    } finally {
      ready.countDown();
      ended.countDown();
    }
  }

  /**
   * Waits until it has printed the line {@code ready}.
   *
   * @throws AssertionError with its log, when it ends without or the time is over
   */
  public BackgroundProcess awaitReady(Duration limit) {
    await(ready, limit);
    if (!sawReady) {
      String state = process.isAlive() ? "not ready after " + limit : "ended without being ready";
      throw new AssertionError(state + "; it said:\n" + log());
    }
    return this;
  }

  /** Waits until it has ended; its exit code (128 + signal when one ended it). */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new AssertionError("still running after " + limit + "; it said:\n" + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    await(ended, limit);
    return process.exitValue();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM; returns at once. */
  public void terminate() {
    process.destroy();
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** What it has said so far. */
  public String log() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path logFile() {
    return log;
  }

  /** Ends it: SIGTERM, and SIGKILL when that is not heard within 5 s. */
  @Override
  public void close() {
    terminate();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  private static void await(CountDownLatch latch, Duration limit) {
    try {
      boolean unused = latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
