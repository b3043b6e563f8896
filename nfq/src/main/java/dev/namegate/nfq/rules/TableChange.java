// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.TableLines.HookLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One table of one family: what it holds of ours, and what it should. */
record TableChange(TableLines held, TableLines wanted) {

  /** The changes that lead from what was read to these tables and nothing else of ours. */
  static List<TableChange> between(IptablesSave held, Collection<TableLines> wanted) {
    Map<String, TableChange> changes = new LinkedHashMap<>();
    for (TableLines table : wanted) {
      changes.put(table.name(), new TableChange(held.table(table.name()), table));
    }
    for (TableLines table : held.ourTables()) {
      changes.computeIfAbsent(table.name(), name -> new TableChange(table, TableLines.empty(name)));
    }
    return List.copyOf(changes.values());
  }

  static List<TableChange> between(IptablesSave held, RulesConfig config, IpFamily family) {
    return between(
        held, EgressRules.tables(config, family).stream().map(IptablesText::lines).toList());
  }

  /** The first half of the changes: chains are complete, what leads into them is as before. */
  static String chainsScript(List<TableChange> changes) {
    return changes.stream()
        .map(change -> RestoreScript.chains(change.held, change.wanted))
        .collect(Collectors.joining());
  }

  /** The second half: jumps, and chains that nothing leads to any more. */
  static String hooksScript(List<TableChange> changes) {
    return changes.stream()
        .map(change -> RestoreScript.hooks(change.held, change.wanted))
        .collect(Collectors.joining());
  }

  /** Chains that we want to make but somebody else has. */
  List<String> takenNames() {
    return wanted.chains().keySet().stream().filter(held.foreignChains()::contains).toList();
  }

  List<Difference> differences(IpFamily family) {
    List<Difference> differences = new ArrayList<>();
    wanted
        .chains()
        .forEach(
            (chain, lines) -> {
              if (!held.holdsChain(chain, lines)) {
                String text =
                    held.chains().containsKey(chain) ? "its rules are not ours" : "is missing";
                differences.add(new Difference(family, wanted.name(), chain, text));
              }
            });
    held.chains().keySet().stream()
        .filter(chain -> !wanted.chains().containsKey(chain) && !isEmptied(chain))
        .map(chain -> new Difference(family, wanted.name(), chain, "is there but not wanted"))
        .forEach(differences::add);
    for (String baseChain : RestoreScript.baseChains(held, wanted)) {
      List<HookLine> found = held.hooksIn(baseChain);
      if (!RestoreScript.satisfied(found, wanted.hooksIn(baseChain))) {
        String text = found.isEmpty() ? "does not lead to ours" : "leads to ours at a wrong place";
        differences.add(new Difference(family, wanted.name(), baseChain, text));
      }
    }
    return differences;
  }

  /** Whether this chain is all that could be done: somebody's rule forbids deleting it. */
  private boolean isEmptied(String chain) {
    return held.pinnedChains().contains(chain)
        && held.chains().getOrDefault(chain, List.of()).isEmpty();
  }
}
