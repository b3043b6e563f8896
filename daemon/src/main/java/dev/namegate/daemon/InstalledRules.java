// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.config.DaemonConfig;
import dev.namegate.nfq.QueueStatistics;
import dev.namegate.nfq.rules.HeldRules;
import dev.namegate.nfq.rules.KernelRules;
import dev.namegate.nfq.rules.KernelRulesException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Our rules in the kernel from the start of a daemon to its end: whether they were there before,
 * and whether they go with us.
 *
 * <p><b>Threading:</b> one thread at a time, but for {@link #leaveOnExit}.
 */
final class InstalledRules {
  private static final System.Logger LOG = System.getLogger(InstalledRules.class.getName());

  private final KernelRules kernelRules;
  private final boolean inherited;

  /**
   * Whether our rules go when we do. A start that fails leaves those that it found
   * (<i>fail-closed</i>).
   */
  private volatile boolean removed;

  private InstalledRules(KernelRules kernelRules, boolean inherited) {
    this.kernelRules = kernelRules;
    this.inherited = inherited;
    this.removed = !inherited;
  }

  /**
   * Looks at what is there.
   *
   * @param held what was there a moment ago
   * @throws IOException if another daemon holds a queue that our rules lead to
   */
  static InstalledRules find(KernelRules kernelRules, HeldRules held, DaemonConfig config)
      throws IOException {
    SortedSet<Integer> queues = held.queues();
    List<Integer> ours = new ArrayList<>(config.rules().allFlowQueues());
    ours.add(config.rules().dnsQueue());
    ours.add(config.learning().heldQueue().number());
    refuseIfAnotherRuns(queues, ours);
    return new InstalledRules(kernelRules, !queues.isEmpty());
  }

  /**
   * Two daemons would replace each other's rules, and the first to stop would end enforcement for
   * both. One with our queue numbers has kept us from binding them; one with others is known by the
   * rules that lead to a queue of its own.
   */
  private static void refuseIfAnotherRuns(SortedSet<Integer> queuesOfRules, List<Integer> ours)
      throws IOException {
    for (int number : queuesOfRules) {
      Optional<QueueStatistics> queue = QueueStatistics.read(number);
      if (!ours.contains(number) && queue.isPresent()) {
        throw new IOException(
            "queue "
                + number
                + ", to which Namegate's rules lead, is held by port id "
                + queue.get().portId()
                + ": stop the Namegate daemon that runs here; if none does, run \"namegate"
                + " cleanup\"");
      }
    }
  }

  /** The kernel's rules. */
  KernelRules kernelRules() {
    return kernelRules;
  }

  /** Whether they were there before us, so that conntrack was on. */
  boolean inherited() {
    return inherited;
  }

  /** Says whether the rules stay in the kernel when the daemon ends. Any thread. */
  void leaveOnExit(boolean leave) {
    removed = !leave;
  }

  /** Before the paths stop, so that nothing reaches the queues while they are emptied. */
  void detach() throws KernelRulesException {
    if (removed) {
      kernelRules.detach();
    }
  }

  /** After everything else has stopped. */
  void remove() throws KernelRulesException {
    if (removed) {
      kernelRules.sweep();
      LOG.log(System.Logger.Level.INFO, "enforcement has ended: our rules are removed");
    } else {
      LOG.log(
          System.Logger.Level.INFO,
          "our rules stay in the kernel: what failureMode says holds until the next start");
    }
  }
}
