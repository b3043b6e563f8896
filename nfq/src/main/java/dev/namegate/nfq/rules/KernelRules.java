// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.TableLines.HookLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Keeps the kernel's rules equal to a {@link RulesConfig}.
 *
 * <p>It remembers nothing: each call reads what is there, knows its own by prefix and comment
 * ({@link RuleNames}), and writes the difference. So it is all one whether the rules it finds are
 * its own of a moment ago, a crashed predecessor's with another configuration, or what is left
 * after somebody flushed a chain. The goals, of which an earlier one wins over a later:
 *
 * <ol>
 *   <li>Never touch what is not ours.
 *   <li>Never a moment without enforcement where there was some: what replaces a chain's content
 *       does so in one transaction.
 *   <li>All or nothing: when a step fails, what the steps before it changed is put back, in both
 *       families.
 *   <li>No change where nothing differs: counters live on.
 * </ol>
 *
 * <p>The order of {@link #apply}, each step for both families before the next, follows from 2 and
 * 3: sets (rules refer to them); chains (nothing leads to new ones yet, so a kernel that lacks a
 * match says so before anything counts); jumps; then what an earlier run left in the other backend,
 * and sets that no rule uses any more.
 *
 * <p><b>Threading:</b> confined to one thread at a time; runs commands, so it blocks.
 *
 * <p><b>Errors:</b> {@link KernelRulesException}. When {@link #apply} fails, the rules are as they
 * were before, unless the message says otherwise; if only clearing up failed (its last two steps),
 * the new rules hold.
 */
public final class KernelRules {
  private final IptablesCommands commands;
  private final IpsetCommands ipset;
  private final SourceSets sets;
  private final AcceptSets acceptSets;
  private final Backend backend;

  public KernelRules(CommandRunner runner, Backend backend) {
    this(runner, backend, new IpsetCommands(runner, Thread::sleep));
  }

  KernelRules(CommandRunner runner, Backend backend, IpsetCommands ipset) {
    this.commands = new IptablesCommands(runner);
    this.backend = backend;
    this.ipset = ipset;
    this.sets = new SourceSets(ipset);
    this.acceptSets = new AcceptSets(ipset);
  }

  /** The input of {@code iptables-restore --noflush} and of its IPv6 sister, for a person. */
  public static String text(RulesConfig config) {
    return "# IPv4\n" + document(config, IpFamily.V4) + "# IPv6\n" + document(config, IpFamily.V6);
  }

  /** What a kernel that holds nothing of ours is given: the chains, then the jumps. */
  static String document(RulesConfig config, IpFamily family) {
    List<TableChange> changes = TableChange.between(IptablesSave.parse(""), config, family);
    return TableChange.chainsScript(changes) + TableChange.hooksScript(changes);
  }

  /**
   * What has to change in the tables, worked out from what they held a moment ago. To be applied
   * soon: whatever others write meanwhile is not in it.
   *
   * <p><b>Threading:</b> immutable.
   */
  public static final class Plan {
    private final RulesConfig config;
    private final List<FamilyChange> changes;

    private Plan(RulesConfig config, List<FamilyChange> changes) {
      this.config = config;
      this.changes = changes;
    }
  }

  /**
   * Reads the tables and works out what to change; changes nothing. Sets may be written at the same
   * time, by others than this object.
   */
  public Plan plan(RulesConfig config) throws KernelRulesException {
    return plan(config, commands.save(backend));
  }

  private static Plan plan(RulesConfig config, List<IptablesSave> held) {
    List<FamilyChange> changes = new ArrayList<>();
    for (IpFamily family : IpFamily.ALL) {
      changes.add(
          new FamilyChange(
              family, TableChange.between(held.get(family.ordinal()), config, family)));
    }
    return new Plan(config, List.copyOf(changes));
  }

  /**
   * Makes the kernel's rules those of this configuration.
   *
   * @return whether anything had to be changed
   */
  public boolean apply(RulesConfig config) throws KernelRulesException {
    // Tables and sets at once: neither reading waits for the other.
    List<CommandRunner.Command> reading = new ArrayList<>(IptablesCommands.saving(backend));
    reading.add(IpsetCommands.LIST_HEADERS);
    List<String> read = commands.runAll(reading);
    Plan plan = plan(config, IptablesCommands.saves(read));
    return apply(plan, IpsetHeaders.parse(read.get(read.size() - 1)));
  }

  /**
   * Makes the kernel's rules those of the configuration that was planned. What is written is
   * verified; so where nothing seemed to need it, the tables are read anew, for they may have
   * changed since.
   *
   * @return whether anything had to be changed
   */
  public boolean apply(Plan plan) throws KernelRulesException {
    return differences(plan.changes).isEmpty() ? apply(plan.config) : apply(plan, ipset.headers());
  }

  private boolean apply(Plan plan, List<IpsetCommands.Header> held) throws KernelRulesException {
    RulesConfig config = plan.config;
    List<FamilyChange> changes = plan.changes;
    checkNames(changes);
    boolean needsSets = !config.interfacePrefixes().isEmpty();
    List<String> createdSets = new ArrayList<>(needsSets ? sets.create(held) : List.of());
    createdSets.addAll(acceptSets.create(config, held));
    boolean changed = !createdSets.isEmpty();
    try {
      changed |= write(changes);
    } catch (KernelRulesException e) {
      throw putBack(changes, createdSets, e);
    }
    changed |= !removeFrom(backend.other(), new ArrayList<>()).isEmpty();
    if (!needsSets) {
      changed |= !sets.destroy(SourceSets.ours(held)).isEmpty();
    }
    changed |= !acceptSets.destroy(AcceptSets.others(config, held)).isEmpty();
    return changed;
  }

  private boolean write(List<FamilyChange> changes) throws KernelRulesException {
    boolean changed = false;
    changed |= restore(changes, TableChange::chainsScript);
    changed |= restore(changes, TableChange::hooksScript);
    List<Difference> differences = changed ? differences(reread(changes)) : List.of();
    if (!differences.isEmpty()) {
      throw KernelRulesException.inTheWay(
          IpFamily.V4.command(backend, "save"),
          "the kernel holds not what was just written: " + differences.get(0),
          "another program changes rules at the same time: start again");
    }
    return changed;
  }

  /** One step for both families. */
  private boolean restore(List<FamilyChange> changes, Function<List<TableChange>, String> script)
      throws KernelRulesException {
    return commands.restore(
        backend, changes.stream().map(FamilyChange::tables).map(script).toList());
  }

  /** What one family's tables hold and should. */
  private record FamilyChange(IpFamily family, List<TableChange> tables) {}

  /** What is left to change of it now. */
  private List<FamilyChange> reread(List<FamilyChange> changes) throws KernelRulesException {
    List<IptablesSave> held = commands.save(backend);
    List<FamilyChange> left = new ArrayList<>();
    for (FamilyChange change : changes) {
      List<TableLines> wanted = change.tables().stream().map(TableChange::wanted).toList();
      IptablesSave now = held.get(change.family().ordinal());
      left.add(new FamilyChange(change.family(), TableChange.between(now, wanted)));
    }
    return left;
  }

  private void checkNames(List<FamilyChange> changes) throws KernelRulesException {
    for (FamilyChange change : changes) {
      for (TableChange table : change.tables()) {
        for (String chain : table.takenNames()) {
          throw KernelRulesException.inTheWay(
              change.family().command(backend, "save"),
              "chain " + chain + " of table " + table.wanted().name() + " is not ours",
              "rename it: chains that begin with " + RuleNames.PREFIX + " are ours to make");
        }
      }
    }
  }

  /** Puts back what was there, and returns the exception to throw. */
  private KernelRulesException putBack(
      List<FamilyChange> changes, List<String> createdSets, KernelRulesException cause) {
    try {
      List<IptablesSave> now = commands.save(backend);
      List<FamilyChange> back = new ArrayList<>();
      for (FamilyChange change : changes) {
        List<TableLines> before = change.tables().stream().map(TableChange::held).toList();
        IptablesSave held = now.get(change.family().ordinal());
        back.add(new FamilyChange(change.family(), TableChange.between(held, before)));
      }
      restore(back, TableChange::chainsScript);
      restore(back, TableChange::hooksScript);
      sets.destroy(createdSets);
      return cause;
    } catch (KernelRulesException e) {
      return cause.alsoFailed(e);
    }
  }

  /** What differs between the kernel and this configuration; empty if all is as it should be. */
  public List<Difference> verify(RulesConfig config) throws KernelRulesException {
    return differences(plan(config).changes);
  }

  private static List<Difference> differences(List<FamilyChange> changes) {
    List<Difference> differences = new ArrayList<>();
    for (FamilyChange change : changes) {
      change.tables().forEach(table -> differences.addAll(table.differences(change.family())));
    }
    return differences;
  }

  /**
   * Takes out the jumps, in both backends, and leaves everything else: nothing reaches our chains,
   * and what the queues hold can be answered before the rest is swept.
   */
  public void detach() throws KernelRulesException {
    for (Backend each : Backend.values()) {
      List<String> scripts = new ArrayList<>();
      for (IptablesSave held : commands.saveIfAny(each)) {
        List<TableLines> wanted = held.ourTables().stream().map(TableLines::withoutHooks).toList();
        scripts.add(TableChange.hooksScript(TableChange.between(held, wanted)));
      }
      if (!scripts.isEmpty()) {
        commands.restore(each, scripts);
      }
    }
  }

  /**
   * Removes every chain, rule and set that is ours, in both backends and both families, whoever put
   * it there.
   *
   * <p>The kernel's own chains stay: to delete one would drop the packets that any program's queue
   * holds.
   */
  public SweepReport sweep() throws KernelRulesException {
    List<String> leftInPlace = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    for (Backend each : Backend.values()) {
      removed.addAll(removeFrom(each, leftInPlace));
    }
    sets.destroy().forEach(set -> removed.add("set " + set));
    acceptSets.destroy().forEach(set -> removed.add("set " + set));
    return new SweepReport(removed, leftInPlace);
  }

  private List<String> removeFrom(Backend from, List<String> leftInPlace)
      throws KernelRulesException {
    List<String> removed = new ArrayList<>();
    List<IptablesSave> held = commands.saveIfAny(from);
    if (held.isEmpty()) {
      return removed;
    }
    List<String> scripts =
        held.stream()
            .map(save -> TableChange.hooksScript(TableChange.between(save, List.of())))
            .toList();
    commands.restore(from, scripts);
    for (IpFamily family : IpFamily.ALL) {
      for (TableLines table : held.get(family.ordinal()).ourTables()) {
        describe(from, family, table, removed, leftInPlace);
      }
    }
    return removed;
  }

  private static void describe(
      Backend backend,
      IpFamily family,
      TableLines table,
      List<String> removed,
      List<String> leftInPlace) {
    String where = backend + " " + family + " " + table.name() + ": ";
    for (HookLine hook : table.hooks()) {
      removed.add(where + "rule in " + hook.line().chain());
    }
    for (String chain : table.chains().keySet()) {
      if (table.pinnedChains().contains(chain)) {
        leftInPlace.add(where + "chain " + chain + ", to which a rule that is not ours leads");
      } else {
        removed.add(where + "chain " + chain);
      }
    }
  }
}
