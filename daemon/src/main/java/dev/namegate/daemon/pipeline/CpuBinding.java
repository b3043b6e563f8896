// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.CpuAffinity;
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
