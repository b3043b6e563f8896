// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class CpuAffinityTest {
  /** On a thread that nobody else uses. */
  private static <T> T alone(Callable<T> work) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      return thread.submit(work).get();
    } finally {
      thread.shutdown();
    }
  }

  @Test
  void bindsTheCallingThreadAndNoOther() throws Exception {
    List<Integer> before = CpuAffinity.current();
    int last = before.get(before.size() - 1);

    List<Integer> bound =
        alone(
            () -> {
              assertTrue(CpuAffinity.bind(List.of(last)).isEmpty());
              return CpuAffinity.current();
            });

    assertEquals(List.of(last), bound);
    assertEquals(before, CpuAffinity.current());
  }

  @Test
  void bindsToSeveral() throws Exception {
    List<Integer> before = CpuAffinity.current();

    assertEquals(
        before,
        alone(
            () -> {
              assertTrue(CpuAffinity.bind(before).isEmpty());
              return CpuAffinity.current();
            }));
  }

  @Test
  void saysWhyTheKernelRefusesAndLeavesTheThreadWhereItWas() throws Exception {
    List<Integer> before = CpuAffinity.current();

    List<Integer> after =
        alone(
            () -> {
              String refusal = CpuAffinity.bind(List.of(CpuAffinity.MAX_CPUS - 1)).orElse("");
              assertTrue(refusal.startsWith("EINVAL"), refusal);
              return CpuAffinity.current();
            });

    assertEquals(before, after);
  }

  @Test
  void refusesNumbersBeyondTheMask() {
    assertThrows(
        IllegalArgumentException.class, () -> CpuAffinity.bind(List.of(CpuAffinity.MAX_CPUS)));
  }

  @Test
  void readsTheKernelsListOfCpus() throws IOException {
    assertEquals(Set.of(0), CpuAffinity.parse("0"));
    assertEquals(Set.of(0, 1, 2, 5, 7, 8), CpuAffinity.parse("0-2,5,7-8"));
    assertThrows(IOException.class, () -> CpuAffinity.parse("0-"));
    assertThrows(IOException.class, () -> CpuAffinity.parse(""));
    assertTrue(new ArrayList<>(CpuAffinity.online()).containsAll(CpuAffinity.current()));
  }
}
