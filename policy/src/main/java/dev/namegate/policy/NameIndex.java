// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.DomainName;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From a name to the domain sets it belongs to: a hash for exact patterns, tries of labels for
 * those with an asterisk.
 *
 * <pre>
 *   update.*.mycompany.com      after:  com ─ mycompany ┐        (from the right)
 *                               before: update ─ {ids} ◄┘        (from the left)
 * </pre>
 *
 * <p><b>Threading:</b> immutable once built.
 *
 * <p><b>Bounds:</b> a lookup takes at most (labels behind an asterisk) × (labels before one) steps,
 * whatever the number of patterns.
 */
final class NameIndex {
  private static final int[] NONE = {};

  private final Map<String, int[]> exact;
  private final After wildcards = new After();

  /** A node of the trie of the labels behind the asterisk, read from right to left. */
  private static final class After {
    final Map<String, After> next = new HashMap<>();
    @Nullable Before before;
  }

  /** A node of the trie of the labels before the asterisk, read from left to right. */
  private static final class Before {
    final Map<String, Before> next = new HashMap<>();
    int[] sets = {};
  }

  /** The index of the sets: the id of each is its place in the list. */
  NameIndex(List<? extends Collection<DomainPattern>> sets) {
    int patterns = sets.stream().mapToInt(Collection::size).sum();
    exact = new HashMap<>(patterns + patterns / 2); // as large as it will be, at once
    for (int id = 0; id < sets.size(); id++) {
      for (DomainPattern pattern : sets.get(id)) {
        add(pattern, id);
      }
    }
  }

  private void add(DomainPattern pattern, int id) {
    if (!pattern.isWildcard()) {
      exact.merge(pattern.toString(), new int[] {id}, NameIndex::appended);
      return;
    }
    After after = wildcards;
    List<String> behind = pattern.after();
    for (int i = behind.size() - 1; i >= 0; i--) {
      after = after.next.computeIfAbsent(behind.get(i), label -> new After());
    }
    if (after.before == null) {
      after.before = new Before();
    }
    Before before = after.before;
    for (String label : pattern.before()) {
      before = before.next.computeIfAbsent(label, unused -> new Before());
    }
    before.sets = appended(before.sets, new int[] {id});
  }

  private static int[] appended(int[] sets, int[] one) {
    int[] longer = Arrays.copyOf(sets, sets.length + 1);
    longer[sets.length] = one[0];
    return longer;
  }

  /** The ids of the sets that have a pattern for this name, sorted. */
  int[] domainSets(DomainName name) {
    BitSet found = new BitSet();
    List<String> labels = name.labels();
    addAll(found, exact.getOrDefault(String.join(".", labels), NONE));
    @Nullable After after = wildcards;
    for (int behind = 0; after != null && behind < labels.size(); behind++) {
      if (after.before != null) {
        collect(after.before, labels, labels.size() - behind - 1, found);
      }
      after = after.next.get(labels.get(labels.size() - 1 - behind));
    }
    return found.stream().toArray();
  }

  /** Collects what the labels from the left lead to, leaving one or more for the asterisk. */
  private static void collect(Before start, List<String> labels, int most, BitSet found) {
    @Nullable Before before = start;
    for (int taken = 0; before != null && taken <= most; taken++) {
      addAll(found, before.sets);
      before = taken < most ? before.next.get(labels.get(taken)) : null;
    }
  }

  private static void addAll(BitSet found, int[] sets) {
    for (int set : sets) {
      found.set(set);
    }
  }
}
