// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What other threads ask of the cache's one writer: its thread runs it between two replies
 * (<i>single-writer</i>).
 *
 * <p><b>Threading:</b> {@link #add} by any thread; {@link #run} by the writer; {@link #close} by
 * the thread that stops the path.
 *
 * <p><b>Bounds:</b> as many tasks as there are callers that wait for one; what comes from the
 * network adds none.
 */
final class WriterTasks {
  private final Queue<Task<?>> tasks = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  private record Task<T>(Callable<T> work, CompletableFuture<T> result) {
    void run() {
      try {
        result.complete(work.call());
      } catch (Throwable fault) { // it belongs to whoever asked, not to the replies
        result.completeExceptionally(fault);
      }
    }

    void cancel() {
      result.completeExceptionally(new CancellationException("the daemon stops"));
    }
  }

  /** Queues work for the writer; the result completes on its thread. */
  <T> CompletableFuture<T> add(Callable<T> work) {
    Task<T> task = new Task<>(work, new CompletableFuture<>());
    tasks.add(task);
    if (closed) {
      cancelAll(); // nobody may look at the queue any more
    }
    return task.result();
  }

  /** Runs all that is queued. */
  void run() {
    for (Task<?> task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /**
   * Lets what is queued, and what comes from now on, complete with a {@link CancellationException}.
   */
  void close() {
    closed = true;
    cancelAll();
  }

  private void cancelAll() {
    for (Task<?> task = tasks.poll(); task != null; task = tasks.poll()) {
      task.cancel();
    }
  }
}
