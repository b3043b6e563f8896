// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ThreadPriorityTest {
  /** The 19th field of the calling thread; the second is its name in parentheses. */
  private static int nice() throws Exception {
    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
  }

  @Test
  void isThatOfTheCallingThreadAlone() throws Exception {
    int before = nice();
    FutureTask<Integer> task =
        new FutureTask<>(
            () -> {
              assertTrue(ThreadPriority.nice(ThreadPriority.MAX_NICE).isEmpty()); // anybody may
              return nice();
            });
    new Thread(task).start();

    assertEquals(ThreadPriority.MAX_NICE, task.get());
    assertEquals(before, nice());
  }

  @Test
  void refusesWhatTheKernelWouldCut() {
    assertThrows(
        IllegalArgumentException.class, () -> ThreadPriority.nice(ThreadPriority.MIN_NICE - 1));
    assertThrows(
        IllegalArgumentException.class, () -> ThreadPriority.nice(ThreadPriority.MAX_NICE + 1));
  }
}
