// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.CpuAffinity;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The CPUs that threads of a path are bound to; with none, the kernel chooses.
 *
 * <p><b>Errors:</b> where the kernel refuses, that is logged, and the thread runs where it would
 * without.
 *
 * @param setting what the operator calls it
 */
record CpuBinding(String setting, List<Integer> cpus) {
  private static final System.Logger LOG = System.getLogger(CpuBinding.class.getName());

  /** Any CPU. */
  static final CpuBinding NONE = new CpuBinding("", List.of());

  CpuBinding {
    cpus = List.copyOf(cpus);
  }

  /**
   * To those CPUs whose packets the kernel leads to one of several queues.
   *
   * @param queue its index
   * @spec xt_NFQUEUE.c, nfqueue_tg_v3: with NFQ_FLAG_CPU_FANOUT the remainder of the CPU's number
   */
  static CpuBinding toCpusOfQueue(
      String setting, int queue, int queues, Collection<Integer> online) {
    return new CpuBinding(setting, online.stream().filter(cpu -> cpu % queues == queue).toList());
  }

  /** Of the thread with this index: one CPU each, in turn. */
  CpuBinding ofThread(int index) {
    return cpus.isEmpty() ? this : new CpuBinding(setting, List.of(cpus.get(index % cpus.size())));
  }

  /** A thread that binds itself before it does this. */
  Thread newThread(Runnable work, String name) {
    return new Thread(cpus.isEmpty() ? work : () -> run(work), name);
  }

  private void run(Runnable work) {
    Optional<String> refusal = CpuAffinity.bind(cpus);
    if (refusal.isPresent()) {
      LOG.log(
          System.Logger.Level.WARNING,
          setting
              + ": the kernel does not bind "
              + Thread.currentThread().getName()
              + " to CPUs "
              + cpus
              + ", it runs on any: "
              + refusal.get());
    }
    work.run();
  }
}
