// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.TableLines.HookLine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The difference between what a table holds and what it should, as input for {@code
 * iptables-restore --noflush}: one transaction a table, the empty text when there is none.
 *
 * <p>A change comes in two scripts, so that each family's chains can be complete before the first
 * jump leads into one: {@link #chains}, then {@link #hooks}.
 */
final class RestoreScript {
  private RestoreScript() {}

  /** Makes the chains that are missing and replaces those whose content differs, whole. */
  static String chains(TableLines held, TableLines wanted) {
    List<String> declarations = new ArrayList<>();
    List<String> rules = new ArrayList<>();
    for (Map.Entry<String, List<RuleLine>> chain : wanted.chains().entrySet()) {
      if (!held.holdsChain(chain.getKey(), chain.getValue())) {
        // Under --noflush, declaring a chain that exists empties it within the transaction.
        declarations.add(":" + chain.getKey() + " - [0:0]");
        chain.getValue().forEach(line -> rules.add(line.append()));
      }
    }
    declarations.addAll(rules);
    return transaction(wanted.name(), declarations);
  }

  /** Sets right our rules in other people's chains, then drops chains that are wanted no more. */
  static String hooks(TableLines held, TableLines wanted) {
    List<String> lines = new ArrayList<>();
    for (String baseChain : baseChains(held, wanted)) {
      List<HookLine> found = held.hooksIn(baseChain);
      List<HookLine> right = wanted.hooksIn(baseChain);
      if (!satisfied(found, right)) {
        found.forEach(hook -> lines.add(hook.line().delete()));
        right.forEach(
            hook -> lines.add(hook.first() ? hook.line().insertFirst() : hook.line().append()));
      }
    }
    dropStale(held, wanted.chains().keySet(), lines);
    return transaction(wanted.name(), lines);
  }

  /** All are emptied before the first is deleted: they may lead to one another. */
  private static void dropStale(TableLines held, Set<String> kept, List<String> lines) {
    List<String> deletions = new ArrayList<>();
    held.chains()
        .forEach(
            (chain, rules) -> {
              boolean pinned = held.pinnedChains().contains(chain);
              if (!kept.contains(chain) && !(pinned && rules.isEmpty())) {
                lines.add("-F " + chain);
              }
              if (!kept.contains(chain) && !pinned) {
                deletions.add("-X " + chain);
              }
            });
    lines.addAll(deletions);
  }

  /** The chains, not ours, in which a rule of ours is or should be. */
  static Set<String> baseChains(TableLines held, TableLines wanted) {
    Set<String> names = new LinkedHashSet<>();
    wanted.hooks().forEach(hook -> names.add(hook.line().chain()));
    held.hooks().forEach(hook -> names.add(hook.line().chain()));
    return names;
  }

  static boolean satisfied(List<HookLine> found, List<HookLine> wanted) {
    if (found.size() != wanted.size()) {
      return false;
    }
    for (int i = 0; i < found.size(); i++) {
      if (!found.get(i).satisfies(wanted.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static String transaction(String table, List<String> lines) {
    return lines.isEmpty() ? "" : "*" + table + "\n" + String.join("\n", lines) + "\nCOMMIT\n";
  }
}
