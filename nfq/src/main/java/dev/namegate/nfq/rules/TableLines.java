// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Our part of one kernel table as text: what it should be ({@link IptablesText}) or what it is
 * ({@link IptablesSave}).
 *
 * @param chains our chains, each with all the rules in it
 * @param hooks our rules in base chains, and in any other chain that is not ours
 * @param pinnedChains chains of ours that a rule of somebody else leads to: they cannot be deleted
 * @param foreignChains chains that bear our prefix but are not ours
 */
record TableLines(
    String name,
    Map<String, List<RuleLine>> chains,
    List<HookLine> hooks,
    Set<String> pinnedChains,
    Set<String> foreignChains) {
  private static final Pattern QUEUES =
      Pattern.compile("--queue-(?:num|balance) (\\d{1,5})(?::(\\d{1,5}))?\\b");

  /**
   * A rule of ours in a chain that is not.
   *
   * @param first whether no rule stands above it (or, of what should be: shall stand)
   * @param last whether no rule stands below it (or shall stand)
   */
  record HookLine(RuleLine line, boolean first, boolean last) {
    /** Whether this rule, found in the kernel, is the wanted one and stands where that should. */
    boolean satisfies(HookLine wanted) {
      return line.hash().equals(wanted.line.hash())
          && (first || !wanted.first)
          && (last || !wanted.last);
    }
  }

  TableLines {
    chains = Collections.unmodifiableMap(new LinkedHashMap<>(chains));
    hooks = List.copyOf(hooks);
    pinnedChains = Set.copyOf(pinnedChains);
    foreignChains = Set.copyOf(foreignChains);
  }

  static TableLines empty(String name) {
    return new TableLines(name, Map.of(), List.of(), Set.of(), Set.of());
  }

  TableLines withoutHooks() {
    return new TableLines(name, chains, List.of(), pinnedChains, foreignChains);
  }

  /** The numbers of the queues that our chains lead to. */
  Set<Integer> queues() {
    return chains.values().stream()
        .flatMap(List::stream)
        .map(line -> QUEUES.matcher(line.text()))
        .filter(Matcher::find)
        .flatMap(TableLines::range)
        .collect(Collectors.toSet());
  }

  private static Stream<Integer> range(Matcher found) {
    int first = Integer.parseInt(found.group(1));
    int last = found.group(2) == null ? first : Integer.parseInt(found.group(2));
    return IntStream.rangeClosed(first, last).boxed();
  }

  boolean isEmpty() {
    return chains.isEmpty() && hooks.isEmpty();
  }

  List<HookLine> hooksIn(String baseChain) {
    return hooks.stream().filter(hook -> hook.line().chain().equals(baseChain)).toList();
  }

  boolean holdsChain(String chain, List<RuleLine> lines) {
    List<RuleLine> held = chains.get(chain);
    return held != null && RuleLine.hashes(held).equals(RuleLine.hashes(lines));
  }
}
