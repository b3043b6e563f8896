// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What both backends hold in both families, read once: for whoever has to know before there are
 * rules to write.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class HeldRules {
  private final CommandRunner runner;

  /** In the order of the families; an empty list where the commands or the tables are missing. */
  private final Map<Backend, List<IptablesSave>> saves;

  private HeldRules(CommandRunner runner, Map<Backend, List<IptablesSave>> saves) {
    this.runner = runner;
    this.saves = saves;
  }

  /** Reads them; blocks. */
  public static HeldRules read(CommandRunner runner) throws KernelRulesException {
    IptablesCommands commands = new IptablesCommands(runner);
    Map<Backend, List<IptablesSave>> saves = new EnumMap<>(Backend.class);
    for (Backend backend : Backend.values()) {
      saves.put(backend, commands.saveIfAny(backend));
    }
    return new HeldRules(runner, saves);
  }

  /** Starts to read them on a thread of its own. */
  public static FutureTask<HeldRules> reading(CommandRunner runner) {
    FutureTask<HeldRules> task = new FutureTask<>(() -> read(runner));
    Thread thread = new Thread(task, "ng-held-rules");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** What such a thread read, or why it did not. */
  public static HeldRules await(FutureTask<HeldRules> task)
      throws KernelRulesException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KernelRulesException failure) {
        throw failure;
      }
      throw new IllegalStateException("the rules in the kernel cannot be read", e.getCause());
    }
  }

  /**
   * The backend that this machine's other rules are in: {@link Backend#NFT}, unless only the legacy
   * one holds any or the commands of the former are missing.
   */
  public Backend backend() throws KernelRulesException {
    if (saves(Backend.NFT).isEmpty()) {
      return new IptablesCommands(runner).isInstalled(Backend.LEGACY)
          ? Backend.LEGACY
          : Backend.NFT;
    }
    return foreignRules(Backend.NFT) == 0 && foreignRules(Backend.LEGACY) > 0
        ? Backend.LEGACY
        : Backend.NFT;
  }

  private int foreignRules(Backend backend) {
    return saves(backend).stream().mapToInt(IptablesSave::foreignRules).sum();
  }

  private List<IptablesSave> saves(Backend backend) {
    return saves.getOrDefault(backend, List.of());
  }

  /**
   * The numbers of the queues that our rules lead to, in both backends: those of a daemon that
   * runs, or of one that left its rules.
   */
  public SortedSet<Integer> queues() {
    SortedSet<Integer> queues = new TreeSet<>();
    List<IptablesSave> all = new ArrayList<>(saves(Backend.NFT));
    all.addAll(saves(Backend.LEGACY));
    for (IptablesSave save : all) {
      save.ourTables().forEach(table -> queues.addAll(table.queues()));
    }
    return queues;
  }
}
