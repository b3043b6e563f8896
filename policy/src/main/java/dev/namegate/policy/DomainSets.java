// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Gives each distinct set of domain patterns an id.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class DomainSets {
  /** The id of no set at all. */
  static final int NONE = -1;

  private final Numbering<Set<DomainPattern>> sets = new Numbering<>();

  /** The id of the set of these patterns; {@link #NONE} if there are none. */
  int idOf(Collection<DomainPattern> patterns) {
    return patterns.isEmpty() ? NONE : sets.of(Set.copyOf(patterns));
  }

  /** Gives the ids of all other sets to those that come. */
  void retain(BitSet used) {
    sets.retain(used);
  }

  /** The sets by id; an id that nothing has stands for the empty set. */
  List<Set<DomainPattern>> all() {
    return sets.list(Set.of());
  }
}
