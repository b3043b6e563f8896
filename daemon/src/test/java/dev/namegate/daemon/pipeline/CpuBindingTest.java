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
  private static final Duration POLL_WINDOW = Duration.ofNanos(50_000);

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

  private static final List<Integer> ONLINE = List.of(0, 1, 2, 5);

  private static PipelineConfig config(StageThreads threads, List<Integer> flowCpus) {
    return config(threads, false, flowCpus);
  }

  private static PipelineConfig config(
      StageThreads threads, boolean flowsStayOnCpu, List<Integer> flowCpus) {
    return new PipelineConfig(
        threads, POLL_WINDOW, Duration.ofSeconds(1), 64, 64, flowsStayOnCpu, flowCpus, List.of(7));
  }

  private static List<Integer> cpus(PipelineConfig config, int queue) {
    return config.flowBinding(queue, 3, ONLINE).cpus();
  }

  @Test
  void aThreadRunsWhereThePacketsOfItsQueueAreAndDoesNotPollThere() {
    PipelineConfig config = config(StageThreads.POLLED, true, List.of());
    assertEquals(List.of(0), cpus(config, 0));
    assertEquals(List.of(1), cpus(config, 1));
    assertEquals(List.of(2, 5), cpus(config, 2));
    assertEquals(Duration.ZERO, config.flowPollWindow(3));
    assertEquals(List.of(), config.flowBinding(6, 7, ONLINE).cpus(), "no packet comes here");

    assertEquals(POLL_WINDOW, config.flowPollWindow(1), "one queue gets all CPUs' packets");
    assertEquals(List.of(), config.flowBinding(0, 1, ONLINE).cpus());
    PipelineConfig told = config(StageThreads.POLLED, true, List.of(5));
    assertEquals(List.of(5), cpus(told, 0));
    assertEquals(POLL_WINDOW, told.flowPollWindow(3));
    PipelineConfig own = config(StageThreads.OWN, true, List.of());
    assertEquals(List.of(), cpus(own, 0));
    assertEquals(POLL_WINDOW, own.flowPollWindow(3));
  }

  @Test
  void queuesTakeTheCpusInTurnAndStagesOfTheirOwnShareThem() {
    PipelineConfig polled = config(StageThreads.POLLED, List.of(4, 2));
    assertEquals(List.of(4), cpus(polled, 0));
    assertEquals(List.of(2), cpus(polled, 1));
    assertEquals(List.of(4), cpus(polled, 2));
    assertEquals(List.of(7), polled.dnsBinding().cpus());

    assertEquals(List.of(4, 2), cpus(config(StageThreads.OWN, List.of(4, 2)), 1));
    assertEquals(List.of(), cpus(config(StageThreads.POLLED, List.of()), 1));
  }
}
