// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.nfq.CpuAffinity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CpuBindingTest {
  private static List<Integer> cpusOfAThread(CpuBinding binding) throws Exception {
    AtomicReference<List<Integer>> cpus = new AtomicReference<>(List.of());
    Thread thread =
        binding.newThread(
            () -> {
              try {
                cpus.set(CpuAffinity.current());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            "ng-test");
    thread.start();
    thread.join();
    return cpus.get();
  }

  @Test
  void aThreadRunsOnTheCpusOfItsBinding() throws Exception {
    List<Integer> all = CpuAffinity.current();
    List<Integer> last = all.subList(all.size() - 1, all.size());

    assertEquals(last, cpusOfAThread(new CpuBinding("flowCpus", last)));
    assertEquals(all, cpusOfAThread(CpuBinding.NONE));
    assertEquals(all, CpuAffinity.current(), "nobody else is bound");
  }

  @Test
  void aThreadRunsAnywhereWhenTheKernelRefuses() throws Exception {
    List<Integer> nowhere = List.of(CpuAffinity.MAX_CPUS - 1);

    assertEquals(CpuAffinity.current(), cpusOfAThread(new CpuBinding("flowCpus", nowhere)));
  }

  private static PipelineConfig config(StageThreads threads, List<Integer> flowCpus) {
    return new PipelineConfig(
        threads, Duration.ZERO, Duration.ofSeconds(1), 64, 64, flowCpus, List.of(7));
  }

  @Test
  void queuesTakeTheCpusInTurnAndStagesOfTheirOwnShareThem() {
    PipelineConfig polled = config(StageThreads.POLLED, List.of(4, 2));
    assertEquals(List.of(4), polled.flowBinding(0).cpus());
    assertEquals(List.of(2), polled.flowBinding(1).cpus());
    assertEquals(List.of(4), polled.flowBinding(2).cpus());
    assertEquals(List.of(7), polled.dnsBinding().cpus());

    assertEquals(List.of(4, 2), config(StageThreads.OWN, List.of(4, 2)).flowBinding(1).cpus());
    assertEquals(List.of(), config(StageThreads.POLLED, List.of()).flowBinding(1).cpus());
  }
}
