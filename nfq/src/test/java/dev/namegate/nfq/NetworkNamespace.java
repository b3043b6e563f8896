// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A network namespace of its own for a test, with {@code lo} up: a thread that left the machine's
 * namespace with {@code unshare(2)}.
 *
 * <p>What that thread opens or starts is inside: sockets, processes, and further threads (a thread
 * inherits the namespace of the one that starts it). The namespace has no name, so nothing is left
 * behind: it ends with the last socket, thread and process in it.
 *
 * <p>{@code /proc/net} shows the namespace of the process's first thread; inside, read {@code
 * /proc/thread-self/net}.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final long TIME_LIMIT_SECONDS = 60;

  /** Direct mapping of what only tests may do. */
  private static final class LibC {
    static {
      Native.register(LibC.class, "libc.so.6");
    }

    static native int unshare(int flags);
  }

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "netns"));

  private NetworkNamespace() {}

  /** Makes one. Needs root, or CAP_SYS_ADMIN and CAP_NET_ADMIN. */
  public static NetworkNamespace open() throws Exception {
    NetworkNamespace namespace = new NetworkNamespace();
    try {
      namespace.run(
          () -> {
            if (LibC.unshare(CLONE_NEWNET) != 0) {
              throw new IOException("unshare(CLONE_NEWNET): errno " + Native.getLastError());
            }
          });
      namespace.execute("ip", "link", "set", "lo", "up");
      return namespace;
    } catch (Exception | AssertionError e) {
      namespace.close();
      throw e;
    }
  }

  /** A task that may throw. */
  @FunctionalInterface
  public interface Task {
    void run() throws Exception;
  }

  /** Runs this inside and waits for it, at most a minute; what it throws comes out. */
  public void run(Task task) throws Exception {
    call(
        () -> {
          task.run();
          return true;
        });
  }

  /** As {@link #run}, with a result. */
  public <T> T call(Callable<T> task) throws Exception {
    try {
      return thread.submit(task).get(TIME_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    } catch (TimeoutException e) {
      throw new AssertionError("not done in " + TIME_LIMIT_SECONDS + " s: " + task, e);
    }
  }

  /** Starts a thread inside. */
  public Thread start(String name, Runnable task) throws Exception {
    return call(
        () -> {
          Thread started = new Thread(task, name);
          started.setDaemon(true);
          started.start();
          return started;
        });
  }

  /** Starts a process inside; standard error goes with standard output. */
  public Process start(List<String> command) throws Exception {
    return call(() -> new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Runs a command inside: what it printed. Fails when the command does. */
  public String execute(String... command) throws Exception {
    Path output = Files.createTempFile("netns", ".txt");
    try {
      Process process =
          call(
              () ->
                  new ProcessBuilder(command)
                      .redirectErrorStream(true)
                      .redirectOutput(output.toFile())
                      .start());
      if (!process.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("not done: " + String.join(" ", command));
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new AssertionError(
            String.join(" ", command) + ": exit " + process.exitValue() + ": " + text);
      }
      return text;
    } finally {
      Files.delete(output);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the namespace's thread does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
