// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class WriterTasksTest {
  private final WriterTasks tasks = new WriterTasks();

  @Test
  void runsWhatIsQueuedOnTheCallersThread() {
    CompletableFuture<Thread> first = tasks.add(Thread::currentThread);
    CompletableFuture<Integer> second = tasks.add(() -> 2);
    assertFalse(first.isDone());
    tasks.run();
    assertEquals(Thread.currentThread(), first.join());
    assertEquals(2, second.join());
  }

  @Test
  void aTaskThatFailsIsItsOwnersMatter() {
    CompletableFuture<Void> failing =
        tasks.add(
            () -> {
              throw new StackOverflowError("deep");
            });
    CompletableFuture<Integer> next = tasks.add(() -> 2);
    tasks.run();
    assertEquals(
        "deep", assertThrows(CompletionException.class, failing::join).getCause().getMessage());
    assertEquals(2, next.join());
  }

  @Test
  void whatIsQueuedWhenItClosesIsCancelledAndSoIsWhatComesLater() {
    CompletableFuture<Integer> queued = tasks.add(() -> 1);
    tasks.close();
    CompletableFuture<Integer> late = tasks.add(() -> 2);
    assertThrows(CancellationException.class, queued::join);
    assertThrows(CancellationException.class, late::join);
    assertTrue(late.isCompletedExceptionally());
  }
}
